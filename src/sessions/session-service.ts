import { Injectable } from '@nestjs/common';
import { beforeEnd } from '../common/before-end';
import { responseTo } from '../common/response-to';
import type { Request } from 'express';
import { Clock } from '../config/clock';
import { Settings } from '../config/settings';
import { cookieName, cookieOptions, SESSION_COOKIE } from './cookie-options';
import { type DeviceSessions, groupByDevice } from './group-by-device';
import { RememberCookie } from './remember-cookie';
import { RememberFamilies } from './remember-families';
import { settled } from './settled';
import { hashOfSessionId } from './engine-store';
import { SessionEnds } from './session-ends';
import { type EndedSession, type EndReason, SessionEngine } from './session-engine';
import { SessionLimit, SessionLimitReached, type ThisDevice } from './session-limit';
import type { SessionOwner } from './session-owner';

declare module 'express-session' {
  interface SessionData {
    userId: number;
    /** The user's when the session was started; over when theirs is another one. Missing in old sessions: 1. */
    securityVersion: number;
    /** The remembered device that this session was started by or for. */
    familyId: string;
    /** When the password was last given: milliseconds since 1970. */
    authenticatedAt: number;
    /** Numbers that add up across parallel requests. */
    counters: Record<string, number>;
  }
}

/** Whether this request has a session that is stored, or will be: a visitor who needs none has none. */
export function hasSession(request: Request): boolean {
  const { session } = request as Partial<Request>;
  return session !== undefined && Object.keys(session).some((key) => key !== 'cookie');
}

/** A session as its owner sees it. `id` is public and opens nothing. */
export interface Device {
  id: string;
  current: boolean;
  ip: string | null;
  userAgent: string | null;
  createdAt: number;
  lastSeenAt: number;
}

/** Starts, lists and ends sessions. */
@Injectable()
export class SessionService {
  constructor(
    private readonly engine: SessionEngine,
    private readonly ends: SessionEnds,
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
  async start(request: Request, owner: SessionOwner, remember = false): Promise<void> {
    const { id: userId, securityVersion } = owner;
    await this.limit.check(userId, thisDevice(request));
    const { userId: formerUserId } = request.session;
    const { cookie: _, familyId: __, ...kept } = request.session;
    await this.forgetDevice(request, 'logged_out');
    const device = remember ? await this.families.create(owner) : undefined;

    await settled((done) => request.session.regenerate(done));
    if (formerUserId === userId) Object.assign(request.session, kept);
    Object.assign(request.session, { userId, securityVersion, authenticatedAt: this.clock.now() });
    if (device) request.session.familyId = device.token.selector;
    await this.keep(request, userId);
    if (!device) {
      this.rememberCookie.clear(request);
      return;
    }
    // With the answer that tells of the log-in, or not at all.
    const response = responseTo(request);
    beforeEnd(response, () => {
      if (response.statusCode < 500) this.rememberCookie.write(request, device.token, device.expiresAt);
    });
  }

  /** Logs a remembered user in: like `start`, but nobody has given a password, and `authenticatedAt` stays empty. */
  async resume(request: Request, owner: SessionOwner, familyId: string): Promise<void> {
    const { id: userId, securityVersion } = owner;
    await this.limit.check(userId, { ...thisDevice(request), familyId });
    await settled((done) => request.session.regenerate(done));
    Object.assign(request.session, { userId, securityVersion, familyId });
    await this.keep(request, userId);
  }

  /**
   * Ends all of a user's sessions and remembered devices but this browser, which goes on as after a new log-in: its ID
   * is another one, and so is its token if it is remembered.
   * @param owner as it is since what makes this necessary.
   */
  async startOver(request: Request, owner: SessionOwner, reason: EndReason): Promise<void> {
    const isRemembered = request.session.familyId !== undefined;
    await this.families.endAllOf(owner.id, reason);
    const exceptIdHash = hashOfSessionId(request.sessionID);
    await this.ends.end({ userId: owner.id, exceptIdHash }, reason, request);
    await this.start(request, owner, isRemembered);
  }

  /** Ends this browser's session and forgets the device, both for this reason; the request goes on as a guest's. */
  async expel(request: Request, reason: EndReason): Promise<void> {
    const idHash = hashOfSessionId(request.sessionID);
    await this.forgetDevice(request, reason);
    this.rememberCookie.clear(request);
    await this.ends.end({ idHash }, reason, request);
    await settled((done) => request.session.regenerate(done));
    request.lostSession = idHash;
  }

  /**
   * Ends this browser's session and forgets the device, durable before this resolves; clears its cookies and what the
   * browser cached.
   */
  async end(request: Request): Promise<void> {
    const response = responseTo(request);
    await this.forgetDevice(request, 'logged_out');
    this.rememberCookie.clear(request);
    if (hasSession(request)) await this.endCurrent(request);
    response.clearCookie(cookieName(this.settings, SESSION_COOKIE), cookieOptions(this.settings));
    response.setHeader('Clear-Site-Data', '"cache"');
  }

  /** The devices on which a user is logged in, the one used last first. */
  async list(request: Request, userId: number): Promise<Device[]> {
    const current = hashOfSessionId(request.sessionID);
    return groupByDevice(await this.engine.list(userId)).map((sessions) => {
      const [{ publicId, ip, userAgent, lastSeenAt }] = sessions;
      return {
        id: publicId,
        current: sessions.some(({ idHash }) => idHash === current),
        ip,
        userAgent,
        createdAt: Math.min(...sessions.map(({ createdAt }) => createdAt)),
        lastSeenAt,
      };
    });
  }

  /** Ends the sessions of one device; an ID that is unknown, somebody else's or over already changes nothing. */
  async revoke(request: Request, userId: number, publicId: string): Promise<void> {
    const devices = groupByDevice(await this.engine.list(userId));
    const device = devices.find((sessions) => sessions.some((session) => session.publicId === publicId));
    const current = hashOfSessionId(request.sessionID);
    if (device?.some(({ idHash }) => idHash === current)) await this.end(request);
    else if (device) await this.endDevice(device, 'revoked', request);
  }

  /** Ends every session of a user but this browser's. @returns how many there were. */
  async endOthersOf(request: Request, userId: number, reason: EndReason): Promise<number> {
    await this.families.endAllOf(userId, reason, request.session.familyId);
    const exceptIdHash = hashOfSessionId(request.sessionID);
    return (await this.ends.end({ userId, exceptIdHash }, reason, request)).length;
  }

  /** Ends every session of a user, on all devices. @returns how many there were. */
  async endAllOf(userId: number, reason: EndReason): Promise<number> {
    await this.families.endAllOf(userId, reason);
    return (await this.ends.end({ userId }, reason)).length;
  }

  /** Ends all that a remembered device has started, and that it is remembered. */
  async endFamily(familyId: string, reason: EndReason, request?: Request): Promise<void> {
    await this.families.end(familyId, reason);
    await this.ends.end({ familyId }, reason, request);
  }

  /** Those of these sessions that are over, as long as it is known. What has run out by now ends here. */
  async ended(idHashes: string[]): Promise<EndedSession[]> {
    await this.ends.expire({ idHashes });
    return this.engine.ended(idHashes);
  }

  /** @returns true to the one caller who is to tell the user why this session ended. */
  tell(idHash: string): Promise<boolean> {
    return this.engine.tell(idHash);
  }

  private async endCurrent(request: Request): Promise<void> {
    await this.ends.end({ idHash: hashOfSessionId(request.sessionID) }, 'logged_out', request);
    Reflect.deleteProperty(request, 'session'); // express-session leaves a request without one alone
  }

  private async keep(request: Request, userId: number): Promise<void> {
    await settled((done) => request.session.save(done));
    const { familyId } = request.session;
    try {
      // Whoever ended the device, or all devices, just before this session was stored could not see it.
      if (familyId !== undefined && !(await this.families.isAlive(familyId))) await discard(request);
      else await this.enforceLimit(request, userId);
    } catch (error) {
      // Of log-ins at the same moment each sees the others only now.
      if (error instanceof SessionLimitReached) await discard(request);
      throw error;
    }
  }

  private async forgetDevice(request: Request, reason: EndReason): Promise<void> {
    const { familyId } = (request as Partial<Request>).session ?? {};
    const sent = this.rememberCookie.read(request)?.selector;
    for (const id of new Set([familyId, sent]))
      if (id !== undefined) await this.endFamily(id, reason, request);
  }

  private async endDevice(
    [{ familyId, idHash }]: DeviceSessions,
    reason: EndReason,
    request: Request,
  ): Promise<void> {
    if (familyId === null) await this.ends.end({ idHash }, reason, request);
    else await this.endFamily(familyId, reason, request);
  }

  private async enforceLimit(request: Request, userId: number): Promise<void> {
    const surplus = await this.limit.surplus(userId, thisDevice(request));
    for (const device of surplus) await this.endDevice(device, 'evicted', request);
  }
}

function thisDevice(request: Request): ThisDevice {
  return { idHash: hashOfSessionId(request.sessionID), familyId: request.session.familyId };
}

/** Ends the session that has just been started. Neither its ID nor the token of its device has left. */
function discard(request: Request): Promise<void> {
  return settled((done) => request.session.regenerate(done));
}
