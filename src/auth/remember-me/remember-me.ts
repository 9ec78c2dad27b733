import { Injectable, Logger } from '@nestjs/common';
import type { Request } from 'express';
import { SecurityEventBus } from '../../security-events/security-event-bus';
import { hashOfSessionId } from '../../common/hash-of-session-id';
import { RememberCookie } from '../../sessions/remember-cookie';
import {
  type AwaitedToken,
  RememberFamilies,
  type RememberToken,
  type TokenUse,
} from '../../sessions/remember-families';
import type { EndReason } from '../../sessions/session-engine';
import { SessionEnds } from '../../sessions/session-ends';
import { SessionLimitReached } from '../../sessions/session-limit';
import { SessionService } from '../../sessions/session-service';
import { Throttle } from '../../throttling/throttle';
import { UserStore } from '../../users/user-store';
import { EndNotice } from '../end-notice';
import { overBecause } from '../standing';

type GoodUse = Extract<TokenUse, { owner: unknown }>;

/** Logs in whoever a browser remembers. */
@Injectable()
export class RememberMe {
  private readonly logger = new Logger(RememberMe.name);

  constructor(
    private readonly families: RememberFamilies,
    private readonly cookie: RememberCookie,
    private readonly sessions: SessionService,
    private readonly ends: SessionEnds,
    private readonly users: UserStore,
    private readonly notice: EndNotice,
    private readonly throttle: Throttle,
    private readonly events: SecurityEventBus,
  ) {}

  /** Not as strong as a log-in by password, which is asked for where it matters. */
  async recall(request: Request): Promise<void> {
    request.isRemembered = false;
    if (!this.cookie.isSent(request)) return;
    this.events.demandRoom();
    const token = this.cookie.read(request);
    if (token) await this.throttle.device(request, token.selector);
    const use = token ? await this.families.use(token) : ({ kind: 'unknown' } as const);
    if (token && 'owner' in use) return this.resume(request, token, use);

    if (token && use.kind === 'stolen') {
      this.events.publish(
        'rememberMe.tokenReplayed',
        { userId: use.userId, familyId: token.selector },
        request,
      );
      return this.end(request, token, 'theft');
    }
    if (use.kind === 'ended') this.giveUp(request, use.reason);
    else this.cookie.clear(request);
  }

  /**
   * Beside a live session, until the device has sent back the token that it was given: once it has, the one before it
   * is worth nothing; while it has not, the answer that brought it was lost, and it is sent again.
   */
  async awaitToken(request: Request, awaited: AwaitedToken): Promise<void> {
    const token = this.cookie.read(request);
    if (!token || token.selector !== request.session.familyId) return;
    if (!this.families.isAwaited(token, awaited)) {
      const successor = this.families.successorOf(token, awaited);
      if (successor) this.cookie.write(request, successor, awaited.expiresAt);
      return;
    }
    try {
      await this.families.noteSeen(token);
      delete (request.session as Partial<typeof request.session>).awaitedToken;
    } catch (error) {
      // Reading goes on while nothing can be written; the next request tries again.
      this.logger.warn(`That a device has its new token could not be noted: ${String(error)}`);
    }
  }

  private async resume(request: Request, token: RememberToken, use: GoodUse): Promise<void> {
    const { owner } = use;
    const reason = overBecause(await this.users.findById(owner.id), owner.securityVersion);
    if (reason) return this.end(request, token, reason);
    request.isRemembered = true;
    if (use.kind === 'renewed') this.cookie.write(request, use.token, use.expiresAt);
    try {
      await this.sessions.resume(request, owner, token.selector, use.awaited);
      const sessionIdHash = hashOfSessionId(request.sessionID);
      const recalled = { userId: owner.id, sessionIdHash, familyId: token.selector };
      this.events.publish('auth.recalled', recalled, request);
    } catch (error) {
      // Still remembered, and a guest until one of the other devices is logged out.
      if (!(error instanceof SessionLimitReached)) throw error;
    }
  }

  private async end(request: Request, { selector }: RememberToken, reason: EndReason): Promise<void> {
    await this.ends.endFamily(selector, reason, request);
    this.giveUp(request, reason);
  }

  /** The cookie is what the reason is known by: it stays until a page that a person sees has shown it. */
  private giveUp(request: Request, reason: EndReason): void {
    if (!this.notice.mustWait(request, reason)) this.cookie.clear(request);
    this.notice.give(request, reason);
  }
}
