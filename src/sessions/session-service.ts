import { Injectable } from '@nestjs/common';
import { responseTo } from '../common/response-to';
import type { Request } from 'express';
import { Clock } from '../config/clock';
import { Settings } from '../config/settings';
import { cookieName, cookieOptions, SESSION_COOKIE } from './cookie-options';
import { RememberFamilies } from './remember-families';
import { settled } from './settled';
import { hashOfSessionId } from './engine-store';
import { type EndReason, type ListedSession, SessionEngine } from './session-engine';

declare module 'express-session' {
  interface SessionData {
    userId: number;
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
    private readonly families: RememberFamilies,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Logs a user in on this browser: the session goes on under a new ID, stored before this resolves. Whoever knew the
   * old ID knows nothing (ASVS 5.0: 7.2.4). What the session held stays only if it was this user's.
   */
  async start(request: Request, userId: number): Promise<void> {
    const { cookie: _, ...kept } = request.session.userId === userId ? request.session : { cookie: null };
    await settled((done) => request.session.regenerate(done));
    Object.assign(request.session, kept, { userId, authenticatedAt: this.clock.now() });
    await this.keep(request, userId);
  }

  /** Logs a remembered user in: like `start`, but nobody has given a password, and `authenticatedAt` stays empty. */
  async resume(request: Request, userId: number, familyId: string): Promise<void> {
    await settled((done) => request.session.regenerate(done));
    Object.assign(request.session, { userId, familyId });
    await this.keep(request, userId);
  }

  /** Ends this browser's session, durable before this resolves, clears its cookie and what the browser cached. */
  async end(request: Request): Promise<void> {
    const response = responseTo(request);
    if (hasSession(request)) await settled((done) => request.session.destroy(done));
    response.clearCookie(cookieName(this.settings, SESSION_COOKIE), cookieOptions(this.settings));
    response.setHeader('Clear-Site-Data', '"cache"');
  }

  /** The live sessions of a user, on all devices, the one used last first. */
  async list(request: Request, userId: number): Promise<Device[]> {
    const current = hashOfSessionId(request.sessionID);
    const sessions = await this.engine.list(userId);
    return sessions.map(({ idHash, publicId, familyId: _, ...session }) => ({
      ...session,
      id: publicId,
      current: idHash === current,
    }));
  }

  /** Ends one session of a user; one that is unknown, somebody else's or over already changes nothing. */
  async revoke(request: Request, userId: number, publicId: string): Promise<void> {
    const sessions = await this.engine.list(userId);
    const session = sessions.find((candidate) => candidate.publicId === publicId);
    if (session?.idHash === hashOfSessionId(request.sessionID)) await this.end(request);
    else if (session) {
      await this.endDevices([session], 'revoked', [request.session.familyId]);
      await this.engine.end({ userId, publicId }, 'revoked');
    }
  }

  /** Ends every session of a user but this browser's. @returns how many there were. */
  async endOthersOf(request: Request, userId: number, reason: EndReason): Promise<number> {
    await this.families.endAllOf(userId, reason, request.session.familyId);
    return this.engine.end({ userId, exceptIdHash: hashOfSessionId(request.sessionID) }, reason);
  }

  /** Ends every session of a user, on all devices. @returns how many there were. */
  async endAllOf(userId: number, reason: EndReason): Promise<number> {
    await this.families.endAllOf(userId, reason);
    return this.engine.end({ userId }, reason);
  }

  /** Ends what a remembered device has started. */
  async endFamily(familyId: string, reason: EndReason): Promise<number> {
    await this.families.end([familyId], reason);
    return this.engine.end({ familyId }, reason);
  }

  /** @returns why a session ended, as long as that is known. */
  endReason(idHash: string): Promise<EndReason | null> {
    return this.engine.endReason(idHash);
  }

  /** @returns true to the one caller who is to tell the user why this session ended. */
  forget(idHash: string): Promise<boolean> {
    return this.engine.forget(idHash);
  }

  private async keep(request: Request, userId: number): Promise<void> {
    await settled((done) => request.session.save(done));
    await this.enforceLimit(userId);
  }

  /** The remembered devices that these sessions belong to, but not those that stay: parallel tabs share one. */
  private endDevices(
    ending: Pick<ListedSession, 'familyId'>[],
    reason: EndReason,
    staying: (string | null | undefined)[],
  ): Promise<void> {
    const familyIds = ending.map(({ familyId }) => familyId).filter((id) => id !== null);
    return this.families.end(
      familyIds.filter((id) => !staying.includes(id)),
      reason,
    );
  }

  private async enforceLimit(userId: number): Promise<void> {
    const { sessionLimit } = this.settings;
    if (sessionLimit === 0) return;
    const sessions = await this.engine.list(userId);
    const oldestLast = sessions.sort((one, other) => other.createdAt - one.createdAt);
    const surplus = oldestLast.slice(sessionLimit);
    const staying = oldestLast.slice(0, sessionLimit).map(({ familyId }) => familyId);
    await this.endDevices(surplus, 'evicted', staying);
    for (const { idHash } of surplus) await this.engine.end({ idHash }, 'evicted');
  }
}
