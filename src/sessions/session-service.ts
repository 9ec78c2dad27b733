import { Injectable } from '@nestjs/common';
import { responseTo } from '../common/response-to';
import type { Request } from 'express';
import { Clock } from '../config/clock';
import { Settings } from '../config/settings';
import { cookieName, cookieOptions } from './cookie-options';
import { settled } from './settled';
import { type EndReason, SessionEngine } from './session-engine';

declare module 'express-session' {
  interface SessionData {
    userId: number;
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

/** Starts and ends sessions. */
@Injectable()
export class SessionService {
  constructor(
    private readonly engine: SessionEngine,
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
    await settled((done) => request.session.save(done));
  }

  /** Ends this browser's session, durable before this resolves, clears its cookie and what the browser cached. */
  async end(request: Request): Promise<void> {
    const response = responseTo(request);
    if (hasSession(request)) await settled((done) => request.session.destroy(done));
    response.clearCookie(cookieName(this.settings, 'sid'), cookieOptions(this.settings));
    response.setHeader('Clear-Site-Data', '"cache"');
  }

  /** Ends every session of a user, on all devices. @returns how many there were. */
  endAllOf(userId: number, reason: EndReason): Promise<number> {
    return this.engine.end({ userId }, reason);
  }
}
