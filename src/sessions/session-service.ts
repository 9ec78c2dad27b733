import { Injectable } from '@nestjs/common';
import { onBeforeEnd } from '../http/defer-end';
import { responseTo } from '../http/response-to';
import type { Request } from 'express';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { cookieName, cookieOptions, SESSION_COOKIE } from './cookie-options';
import { RememberCookie } from './remember-cookie';
import { type AwaitedToken, type RememberedDevice, RememberFamilies } from './remember-families';
import { promisify } from './promisify';
import { hashOfSessionId } from '../http/hash-of-session-id';
import { EngineStore } from './engine-store';
import { mergeValues } from './merge-values';
import { ownValue } from './own-values';
import { type EndReason, SessionEngine, type SessionValues } from './session-engine';
import { SessionTermination, type ThisDevice } from './session-termination';
import { SessionLimit, SessionLimitReached } from './session-limit';
import type { SessionOwner } from './session-owner';

declare module 'express-session' {
  interface SessionData {
    userId: number;
    /** The user's when the session was started; over when theirs is another one. Missing in old sessions: 1. */
    securityVersion: number;
    /** The remembered device that this session was started by or for. */
    familyId: string;
    /** The token that its device was sent when it was resumed, and has not sent back yet. */
    awaitedToken: AwaitedToken;
    /** When the password was last given: milliseconds since 1970. */
    authenticatedAt: number;
    /** Another system's hash has not read all of the password that this session began with. */
    isPasswordReadInPart?: boolean;
    /** Numbers that add up across parallel requests. */
    counters: Record<string, number>;
    /** Sessions of answers that this browser has never received, it seems, and when that is certain. */
    twins: { idHashes: string[]; until: number };
  }
}

/** Later than this no answer is on its way that could still set its cookie. */
const ANSWER_ON_ITS_WAY = 10_000;

/** Whether this request has a session that is stored, or will be: a visitor who needs none has none. */
export function hasSession(request: Request): boolean {
  const { session } = request as Partial<Request>;
  return session !== undefined && Object.keys(session).some((key) => key !== 'cookie');
}

/** Starts and ends the session of the browser that a request comes from. */
@Injectable()
export class SessionService {
  constructor(
    private readonly engine: SessionEngine,
    private readonly store: EngineStore,
    private readonly ends: SessionTermination,
    private readonly families: RememberFamilies,
    private readonly rememberCookie: RememberCookie,
    private readonly limit: SessionLimit,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Logs a user in on this browser: the session goes on under a new ID, stored before this resolves. Whoever knew the
   * old ID knows nothing (ASVS 5.0: 7.2.4). What the session held stays only if it was this user's.
   * @param owner as it was when the password was verified: if that is outdated by now, so is the session.
   * @param remember whether this browser stays logged in beyond its session.
   * @throws SessionLimitReached, before anything has changed.
   */
  start(request: Request, owner: SessionOwner, remember = false): Promise<void> {
    return this.begin(request, owner, remember, this.clock.now());
  }

  /** @param authenticatedAt undefined where the password has never been given. */
  private async begin(
    request: Request,
    owner: SessionOwner,
    remember: boolean,
    authenticatedAt: number | undefined,
  ): Promise<void> {
    const { id: userId, securityVersion } = owner;
    await this.limit.check(userId, thisDevice(request));
    const { userId: formerUserId } = request.session;
    const { cookie: _, familyId: __, awaitedToken: ___, ...kept } = request.session;
    const formerDevice = this.deviceIds(request);
    if (formerUserId !== undefined && formerUserId !== userId) {
      await this.ends.end({ idHash: thisDevice(request).idHash }, 'logged_out', request); // nothing of it goes on
    }
    const device = remember ? await this.families.create(owner) : undefined;

    await promisify((done) => request.session.regenerate(done)); // before its device ends: it is no log-out
    await this.forgetDevice(formerDevice, 'logged_out', request);
    if (formerUserId === userId) Object.assign(request.session, kept);
    Object.assign(request.session, { userId, securityVersion, authenticatedAt });
    if (device) request.session.familyId = device.token.selector;
    await this.keepWithinLimit(request, userId);
    if (device) this.writeToken(request, device);
    else this.rememberCookie.clear(request);
  }

  /** Logs a remembered user in: like `start`, but nobody has given a password, and `authenticatedAt` stays empty. */
  async resume(
    request: Request,
    owner: SessionOwner,
    familyId: string,
    awaitedToken: AwaitedToken,
  ): Promise<void> {
    const { id: userId, securityVersion } = owner;
    await this.limit.check(userId, { ...thisDevice(request), familyId });
    await promisify((done) => request.session.regenerate(done));
    Object.assign(request.session, { userId, securityVersion, familyId, awaitedToken });
    await this.keepWithinLimit(request, userId);
  }

  /**
   * Gives this browser a session beside one that was started for it by an answer which it never received, it seems, with
   * all that it holds. Whether it may have one is the caller's to know. Of the two it will use one: whichever cookie
   * stays, it is good, and `endTwins` ends the other. Stored before this resolves.
   * @param idHashes name the session that was started, and those that were started beside it since.
   * @param remember whether its remembered device was made by that answer too: the browser gets a token again.
   * @returns false when that session has ended, and nothing was started.
   */
  async startBeside(request: Request, idHashes: string[], remember: boolean): Promise<boolean> {
    const [first] = idHashes;
    const started = await this.engine.load(first);
    if (!started) return false;
    await promisify((done) => request.session.regenerate(done));
    const until = this.clock.now() + ANSWER_ON_ITS_WAY;
    Object.assign(request.session, started.values, { twins: { idHashes, until } });
    await this.keep(request);
    if (!hasSession(request)) return false;
    const twins = { idHashes: [hashOfSessionId(request.sessionID), ...idHashes.slice(1)], until };
    // Whoever ended it just before this one was stored could not see this one: what has ended stays so.
    if (!(await this.engine.commit(started, { ...started.values, twins }))) await this.discard(request);
    if (remember && hasSession(request)) await this.rememberAgain(request);
    return hasSession(request);
  }

  /** Ends the sessions beside this one whose answers are lost for certain. */
  async endTwins(request: Request): Promise<void> {
    const { twins } = request.session;
    if (!twins || twins.until > this.clock.now()) return;
    for (const idHash of twins.idHashes) await this.ends.end({ idHash }, 'rotated', request);
    delete (request.session as Partial<typeof request.session>).twins;
  }

  /**
   * Its user has given the password again: the session goes on under a new ID (ASVS 5.0: 7.2.4) with all that it holds,
   * and its device stays remembered. Stored before this resolves.
   * @param owner as it was when the password was verified: if that is outdated by now, so is the session.
   * @returns false when the session has ended meanwhile, and stays so: the request is a guest's.
   */
  async renew(request: Request, { id: userId, securityVersion }: SessionOwner): Promise<boolean> {
    const values = await this.latestValues(request);
    if (!(await this.rotate(request))) return false;
    Object.assign(request.session, values, { userId, securityVersion, authenticatedAt: this.clock.now() });
    await this.keep(request);
    return hasSession(request);
  }

  /**
   * Ends all of a user's sessions and remembered devices but this browser, which goes on as after a new log-in: its ID
   * is another one, and so is its token if it is remembered.
   * @param owner as it is since what makes this necessary.
   * @returns false when the session has ended meanwhile, and stays so: the request is a guest's.
   */
  startOver(request: Request, owner: SessionOwner, reason: EndReason): Promise<boolean> {
    // A request of this browser that came in between has seen the new version, and ended the session for that reason.
    return this.takeOver(request, owner, reason, this.clock.now(), reason);
  }

  /**
   * The same, while nobody has given the password again. A browser that is not remembered keeps its ID.
   * @param owner as the request was admitted for.
   */
  async endOthers(request: Request, owner: SessionOwner): Promise<boolean> {
    const { familyId, authenticatedAt } = request.session;
    // Of the token there may be a copy, and every session but this one can be the copy's.
    if (familyId !== undefined) return this.takeOver(request, owner, 'revoked', authenticatedAt);
    await this.ends.endOthersOf(owner, thisDevice(request), 'revoked', request);
    return true;
  }

  private async takeOver(
    request: Request,
    owner: SessionOwner,
    reason: EndReason,
    authenticatedAt: number | undefined,
    expected?: EndReason,
  ): Promise<boolean> {
    const isRemembered = request.session.familyId !== undefined;
    const { cookie: _, ...values } = request.session;
    const { idHash } = thisDevice(request); // its remembered device ends too, and gets a new token
    await this.ends.endOthersOf(owner, { idHash }, reason, request);
    if (!(await this.rotate(request, expected))) return false;
    Object.assign(request.session, values);
    await this.begin(request, owner, isRemembered, authenticatedAt);
    return true;
  }

  /** Ends this browser's session and forgets the device, both for this reason; the request goes on as a guest's. */
  async expel(request: Request, reason: EndReason): Promise<void> {
    const idHash = hashOfSessionId(request.sessionID);
    await this.forgetDevice(this.deviceIds(request), reason, request);
    this.rememberCookie.clear(request);
    await this.ends.end({ idHash }, reason, request);
    await promisify((done) => request.session.regenerate(done));
    request.unknownSession = idHash;
  }

  /**
   * Ends this browser's session and forgets the device, durable before this resolves; clears its cookies and what the
   * browser cached.
   */
  async end(request: Request): Promise<void> {
    const response = responseTo(request);
    await this.forgetDevice(this.deviceIds(request), 'logged_out', request);
    this.rememberCookie.clear(request);
    if (hasSession(request)) await this.endCurrent(request);
    response.clearCookie(cookieName(this.settings, SESSION_COOKIE), cookieOptions(this.settings));
    response.setHeader('Clear-Site-Data', '"cache"');
  }

  /** Whether this browser's session has not ended by now. */
  async isLive(request: Request): Promise<boolean> {
    return (await this.engine.load(thisDevice(request).idHash)) !== null;
  }

  /**
   * Adds to a number in `session.counters`. Parallel requests add up, on whichever instance.
   * @returns the number as this request knows it.
   */
  increment({ session }: Request, name: string, by = 1): number {
    const counters = session.counters ?? {};
    const count = ((ownValue(counters, name) as number | undefined) ?? 0) + by;
    session.counters = { ...counters, [name]: count };
    return count;
  }

  /**
   * Puts a new, empty session in place of one that is to go on under another ID.
   * @param expected a reason for which it may have ended.
   * @returns false when it had ended for another one.
   */
  private async rotate(request: Request, expected: EndReason = 'rotated'): Promise<boolean> {
    const { idHash } = thisDevice(request);
    await promisify((done) => request.session.regenerate(done));
    // Of several at once another one may have done that, and all of them go on: whichever cookie stays, it is good.
    const [former] = await this.ends.find([idHash]);
    if (former?.reason === 'rotated' || former?.reason === expected) return true;
    request.unknownSession = idHash;
    return false;
  }

  /** With what parallel requests have stored since this one began: a password takes its time to verify. */
  private async latestValues(request: Request): Promise<SessionValues> {
    const { cookie: _, ...mine } = request.session;
    const base = this.store.loadedFor(request.session);
    const stored = await this.engine.load(thisDevice(request).idHash);
    return base && stored ? mergeValues(base.values, mine, stored.values) : mine;
  }

  /** Ends the session that has just been started. Neither its ID nor the token of its device has left. */
  discard(request: Request): Promise<void> {
    return promisify((done) => request.session.regenerate(done));
  }

  private async rememberAgain(request: Request): Promise<void> {
    const { familyId } = request.session;
    const device = familyId === undefined ? null : await this.families.renewLost(familyId);
    if (device) this.writeToken(request, device);
  }

  /** With the answer that tells of the log-in, or not at all. */
  private writeToken(request: Request, { token, expiresAt }: RememberedDevice): void {
    const response = responseTo(request);
    onBeforeEnd(response, () => {
      if (response.statusCode < 500) this.rememberCookie.write(request, token, expiresAt);
    });
  }

  private async endCurrent(request: Request): Promise<void> {
    const { idHashes = [] } = request.session.twins ?? {};
    for (const idHash of idHashes) await this.ends.end({ idHash }, 'rotated', request);
    await this.ends.end({ idHash: hashOfSessionId(request.sessionID) }, 'logged_out', request);
    Reflect.deleteProperty(request, 'session'); // express-session leaves a request without one alone
  }

  private async keepWithinLimit(request: Request, userId: number): Promise<void> {
    await this.keep(request);
    try {
      if (hasSession(request)) await this.limit.enforce(request, userId, thisDevice(request));
    } catch (error) {
      // Of log-ins at the same moment each sees the others only now.
      if (error instanceof SessionLimitReached) await this.discard(request);
      throw error;
    }
  }

  private async keep(request: Request): Promise<void> {
    await promisify((done) => request.session.save(done));
    const { familyId } = request.session;
    // Whoever ended the device, or all devices, just before this session was stored could not see it.
    if (familyId !== undefined && !(await this.families.isAlive(familyId))) await this.discard(request);
  }

  /** As what this browser is remembered, by its session and by its cookie. */
  private deviceIds(request: Request): Set<string> {
    const { familyId } = (request as Partial<Request>).session ?? {};
    const sent = this.rememberCookie.read(request)?.selector;
    return new Set([familyId, sent].filter((id) => id !== undefined));
  }

  private async forgetDevice(ids: Set<string>, reason: EndReason, request: Request): Promise<void> {
    for (const id of ids) await this.ends.endFamily(id, reason, request);
  }
}

/** The browser that a request comes from. */
export function thisDevice(request: Request): ThisDevice {
  return { idHash: hashOfSessionId(request.sessionID), familyId: request.session.familyId };
}
