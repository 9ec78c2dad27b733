import { Injectable } from '@nestjs/common';
import { onBeforeEnd } from '../http/defer-end';
import { hashOfSessionId } from '../http/hash-of-session-id';
import { type RequestContext, responseTo } from '../http/request-context';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { clearCookie, cookieName, SESSION_COOKIE } from './cookies';
import { RememberCookie } from './remember-cookie';
import { type PendingToken, type RememberedDevice, RememberFamilies } from './remember-families';
import { EngineStore, promisify } from './engine-store';
import { mergeValues, ownValue } from './merge-values';
import { type EndReason, SessionEngine, type SessionOwner, type SessionValues } from './session-engine';
import { SessionTermination, type ThisDevice } from './session-termination';
import { SessionLimit, SessionLimitReached } from './session-limit';

declare module 'express-session' {
  interface SessionData {
    userId: number;
    /**
     * The user's security version when the session started. If the user's version grows, the session is no
     * longer valid. Old sessions lack it, which counts as 1.
     */
    securityVersion: number;
    /** The remembered device to which this session belongs. */
    familyId: string;
    /** The token sent to the device when the session was resumed, until the device sends it back. */
    awaitedToken: PendingToken;
    /** When the user last entered the password: milliseconds since 1970. */
    authenticatedAt: number;
    /** Whether the log-in's password hash came from another system and covers only part of the password. */
    isPasswordReadInPart?: boolean;
    /** Numbers that add up across parallel requests. */
    counters: Record<string, number>;
    /** Duplicates of this session (`startDuplicate`), whose responses were probably lost, and when that is certain. */
    duplicates: { idHashes: string[]; until: number };
  }
}

/** In milliseconds. After that, a pending response can no longer set its cookie. */
const ANSWER_ON_ITS_WAY = 10_000;

/**
 * Whether this request has a stored session, or one that will be stored. A visitor who needs no session has
 * none.
 */
export function hasSession(request: RequestContext): boolean {
  const { session } = request as Partial<RequestContext>;
  return session !== undefined && Object.keys(session).some((key) => key !== 'cookie');
}

/** Starts and ends the session of the requesting browser. */
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
   * Logs a user in on this browser. The session gets a new ID, stored before this resolves, so an attacker
   * who knew the old ID gains nothing (ASVS 5.0: 7.2.4). Keeps the session's values only if they were this
   * user's.
   * @param owner as of the password check; if it is outdated by now, so is the session.
   * @param remember whether this browser stays logged in beyond its session.
   * @throws SessionLimitReached, before anything has changed.
   */
  start(request: RequestContext, owner: SessionOwner, remember = false): Promise<void> {
    return this.begin(request, owner, remember, this.clock.now());
  }

  /** @param authenticatedAt undefined if the user never entered the password. */
  private async begin(
    request: RequestContext,
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
      // another user's session: keep nothing of it
      await this.ends.end({ idHash: thisDevice(request).idHash }, 'logged_out', request);
    }
    const device = remember ? await this.families.create(owner) : undefined;

    // Rotate before its device ends, so the rotation does not count as a log-out.
    await promisify((done) => request.session.regenerate(done));
    await this.forgetDevice(formerDevice, 'logged_out', request);
    if (formerUserId === userId) Object.assign(request.session, kept);
    Object.assign(request.session, { userId, securityVersion, authenticatedAt });
    if (device) request.session.familyId = device.token.selector;
    await this.keepWithinLimit(request, userId);
    if (device) this.writeToken(request, device);
    else this.rememberCookie.clear(request);
  }

  /** Logs a remembered user in like `start`, but without a password: `authenticatedAt` stays empty. */
  async resume(
    request: RequestContext,
    owner: SessionOwner,
    familyId: string,
    awaitedToken: PendingToken,
  ): Promise<void> {
    const { id: userId, securityVersion } = owner;
    await this.limit.check(userId, { ...thisDevice(request), familyId });
    await promisify((done) => request.session.regenerate(done));
    Object.assign(request.session, { userId, securityVersion, familyId, awaitedToken });
    await this.keepWithinLimit(request, userId);
  }

  /**
   * Gives this browser a second session with the same values, because the response that started the first was
   * probably lost. The caller checks that the browser is entitled to it. The browser keeps one of the two
   * cookies; both work, and `endDuplicates` ends the other session. Stored before this resolves.
   * @param idHashes the first session, and those started beside it since.
   * @param remember whether the lost response also carried a remember-me token; the browser then gets a new
   * one.
   * @returns false if the first session has ended; it then starts none.
   */
  async startDuplicate(request: RequestContext, idHashes: string[], remember: boolean): Promise<boolean> {
    const [first] = idHashes;
    const started = await this.engine.load(first);
    if (!started) return false;
    await promisify((done) => request.session.regenerate(done));
    const until = this.clock.now() + ANSWER_ON_ITS_WAY;
    Object.assign(request.session, started.values, { duplicates: { idHashes, until } });
    await this.keep(request);
    if (!hasSession(request)) return false;
    const duplicates = { idHashes: [hashOfSessionId(request.sessionID), ...idHashes.slice(1)], until };
    // A parallel log-out may have ended the first session and missed this one: end this one too.
    if (!(await this.engine.commit(started, { ...started.values, duplicates }))) await this.discard(request);
    if (remember && hasSession(request)) await this.rememberAgain(request);
    return hasSession(request);
  }

  /** Ends the duplicates of this session once their responses are certainly lost. */
  async endDuplicates(request: RequestContext): Promise<void> {
    const { duplicates } = request.session;
    if (!duplicates || duplicates.until > this.clock.now()) return;
    for (const idHash of duplicates.idHashes) await this.ends.end({ idHash }, 'rotated', request);
    delete (request.session as Partial<typeof request.session>).duplicates;
  }

  /**
   * Call it after the user has entered the password again. The session keeps its values and its remembered
   * device under a new ID (ASVS 5.0: 7.2.4), stored before this resolves.
   * @param owner as of the password check; if it is outdated by now, so is the session.
   * @returns false if the session has ended meanwhile; the request then continues as a guest's.
   */
  async renew(request: RequestContext, { id: userId, securityVersion }: SessionOwner): Promise<boolean> {
    const values = await this.latestValues(request);
    if (!(await this.rotate(request))) return false;
    Object.assign(request.session, values, { userId, securityVersion, authenticatedAt: this.clock.now() });
    await this.keep(request);
    return hasSession(request);
  }

  /**
   * Ends all of a user's sessions and remembered devices except this browser, which gets a new session ID
   * and, if remembered, a new token.
   * @param owner as of the change that makes this necessary.
   * @returns false if the session has ended meanwhile; the request then continues as a guest's.
   */
  renewAndRevokeOthers(request: RequestContext, owner: SessionOwner, reason: EndReason): Promise<boolean> {
    // A parallel request of this browser may have seen the new version and ended the session for the same
    // reason.
    return this.takeOver(request, owner, reason, this.clock.now(), reason);
  }

  /**
   * Like `renewAndRevokeOthers`, but the user did not enter the password again. A browser that is not remembered keeps
   * its ID.
   * @param owner as the request was authorized.
   */
  async endOthers(request: RequestContext, owner: SessionOwner): Promise<boolean> {
    const { familyId, authenticatedAt } = request.session;
    // An attacker may hold a stolen token, and any other session may be the attacker's.
    if (familyId !== undefined) return this.takeOver(request, owner, 'revoked', authenticatedAt);
    await this.ends.endOthersOf(owner, thisDevice(request), 'revoked', request);
    return true;
  }

  private async takeOver(
    request: RequestContext,
    owner: SessionOwner,
    reason: EndReason,
    authenticatedAt: number | undefined,
    expected?: EndReason,
  ): Promise<boolean> {
    const isRemembered = request.session.familyId !== undefined;
    const { cookie: _, ...values } = request.session;
    const { idHash } = thisDevice(request); // no familyId: its remembered device ends too
    await this.ends.endOthersOf(owner, { idHash }, reason, request);
    if (!(await this.rotate(request, expected))) return false;
    Object.assign(request.session, values);
    await this.begin(request, owner, isRemembered, authenticatedAt);
    return true;
  }

  /**
   * Ends this browser's session and forgets the device, both for this reason. The request continues as a
   * guest's.
   */
  async revokeCurrent(request: RequestContext, reason: EndReason): Promise<void> {
    const idHash = hashOfSessionId(request.sessionID);
    await this.forgetDevice(this.deviceIds(request), reason, request);
    this.rememberCookie.clear(request);
    await this.ends.end({ idHash }, reason, request);
    await promisify((done) => request.session.regenerate(done));
    request.unknownSession = idHash;
  }

  /**
   * Ends this browser's session and forgets the device, durable before this resolves. Clears the cookies and
   * the browser's cache.
   */
  async end(request: RequestContext): Promise<void> {
    await this.forgetDevice(this.deviceIds(request), 'logged_out', request);
    this.rememberCookie.clear(request);
    if (hasSession(request)) await this.endCurrent(request);
    clearCookie(request, this.settings, cookieName(this.settings, SESSION_COOKIE));
    responseTo(request).setHeader('Clear-Site-Data', '"cache"');
  }

  /** Whether this browser's session is still live. */
  async isLive(request: RequestContext): Promise<boolean> {
    return (await this.engine.load(thisDevice(request).idHash)) !== null;
  }

  /**
   * Adds to a number in `session.counters`. Parallel requests add up, on every instance.
   * @returns the number as this request knows it.
   */
  increment({ session }: RequestContext, name: string, by = 1): number {
    const counters = session.counters ?? {};
    const count = ((ownValue(counters, name) as number | undefined) ?? 0) + by;
    session.counters = { ...counters, [name]: count };
    return count;
  }

  /**
   * Replaces the session with a new, empty one under another ID. The caller puts the values back.
   * @param expected a reason for which it may have ended.
   * @returns false if it has ended for another reason.
   */
  private async rotate(request: RequestContext, expected: EndReason = 'rotated'): Promise<boolean> {
    const { idHash } = thisDevice(request);
    await promisify((done) => request.session.regenerate(done));
    // A parallel request may have rotated it already. Both continue: whichever cookie stays is valid.
    const [former] = await this.ends.find([idHash]);
    if (former?.reason === 'rotated' || former?.reason === expected) return true;
    request.unknownSession = idHash;
    return false;
  }

  /** Merges in what parallel requests have stored since, as verifying a password takes time. */
  private async latestValues(request: RequestContext): Promise<SessionValues> {
    const { cookie: _, ...mine } = request.session;
    const base = this.store.loadedFor(request.session);
    const stored = await this.engine.load(thisDevice(request).idHash);
    return base && stored ? mergeValues(base.values, mine, stored.values) : mine;
  }

  /** Ends the session just started. Its ID and its device's token have not been sent. */
  discard(request: RequestContext): Promise<void> {
    return promisify((done) => request.session.regenerate(done));
  }

  private async rememberAgain(request: RequestContext): Promise<void> {
    const { familyId } = request.session;
    const device = familyId === undefined ? null : await this.families.renewLost(familyId);
    if (device) this.writeToken(request, device);
  }

  /** Only with the response that reports the log-in. */
  private writeToken(request: RequestContext, { token, expiresAt }: RememberedDevice): void {
    const response = responseTo(request);
    onBeforeEnd(response, () => {
      if (response.statusCode < 500) this.rememberCookie.write(request, token, expiresAt);
    });
  }

  private async endCurrent(request: RequestContext): Promise<void> {
    const { idHashes = [] } = request.session.duplicates ?? {};
    for (const idHash of idHashes) await this.ends.end({ idHash }, 'rotated', request);
    await this.ends.end({ idHash: hashOfSessionId(request.sessionID) }, 'logged_out', request);
    Reflect.deleteProperty(request, 'session'); // express-session ignores a request without a session
  }

  private async keepWithinLimit(request: RequestContext, userId: number): Promise<void> {
    await this.keep(request);
    try {
      if (hasSession(request)) await this.limit.enforce(request, userId, thisDevice(request));
    } catch (error) {
      // Concurrent log-ins see each other only now.
      if (error instanceof SessionLimitReached) await this.discard(request);
      throw error;
    }
  }

  private async keep(request: RequestContext): Promise<void> {
    await promisify((done) => request.session.save(done));
    const { familyId } = request.session;
    // A parallel request may have ended the device before this session was stored and missed this session.
    if (familyId !== undefined && !(await this.families.isAlive(familyId))) await this.discard(request);
  }

  /** The remembered devices of this browser, by its session and by its cookie. */
  private deviceIds(request: RequestContext): Set<string> {
    const { familyId } = (request as Partial<RequestContext>).session ?? {};
    const sent = this.rememberCookie.read(request)?.selector;
    return new Set([familyId, sent].filter((id) => id !== undefined));
  }

  private async forgetDevice(ids: Set<string>, reason: EndReason, request: RequestContext): Promise<void> {
    for (const id of ids) await this.ends.endFamily(id, reason, request);
  }
}

export function thisDevice(request: RequestContext): ThisDevice {
  return { idHash: hashOfSessionId(request.sessionID), familyId: request.session.familyId };
}
