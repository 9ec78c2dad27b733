import { Injectable, Logger } from '@nestjs/common';
import type { Request } from 'express';
import { SecurityEventBus } from '../../events/bus/security-event-bus';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import { RememberCookie } from '../remember-cookie';
import { type AwaitedToken, RememberFamilies, type RememberToken, type TokenUse } from '../remember-families';
import type { EndReason } from '../session-engine';
import { SessionTermination } from '../session-termination';
import { SessionLimitReached } from '../session-limit';
import { SessionService } from '../session-service';
import { Throttle } from '../../throttling/throttle';
import { UserStore } from '../../users/user-store';
import { SignOutNotice } from '../../auth/sign-out-notice';
import { revocationReason } from '../../auth/revocation-reason';

type GoodUse = Extract<TokenUse, { owner: unknown }>;

/** Logs in whoever a browser remembers. */
@Injectable()
export class RememberMe {
  private readonly logger = new Logger(RememberMe.name);

  constructor(
    private readonly families: RememberFamilies,
    private readonly cookie: RememberCookie,
    private readonly sessions: SessionService,
    private readonly ends: SessionTermination,
    private readonly users: UserStore,
    private readonly notice: SignOutNotice,
    private readonly throttle: Throttle,
    private readonly events: SecurityEventBus,
  ) {}

  /** Not as strong as a log-in by password, which is asked for where it matters. */
  async recall(request: Request): Promise<void> {
    request.isRemembered = false;
    if (!this.cookie.isSent(request)) return;
    this.events.requireCapacity();
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
    // Its answers may have been lost: no accusation, but a copy that stays one step behind dies with it.
    if (token && use.kind === 'lapsed') return this.end(request, token, 'absolute');
    if (use.kind === 'ended') this.giveUp(request, use.reason);
    else this.cookie.clear(request);
  }

  /**
   * Beside a live session, until it is certain that the device has the token that it was given: by the token itself, or
   * by the ID of the session, where one answer brought both. From then on the one before it is worth nothing. While the
   * device still sends the former, the newer one is sent again.
   */
  async awaitToken(request: Request, awaited: AwaitedToken): Promise<void> {
    const { familyId } = request.session;
    if (familyId === undefined) return;
    const token = this.cookie.read(request);
    const own = token?.selector === familyId ? token : null;
    const hasCome = own !== null && this.families.isAwaited(own, awaited);
    if (own && !hasCome) {
      const successor = this.families.successorOf(own, awaited);
      if (successor) this.cookie.write(request, successor, awaited.expiresAt);
    }
    if (hasCome || awaited.cameWithSession) await this.noteSeen(request, familyId, awaited);
  }

  private async noteSeen(request: Request, familyId: string, awaited: AwaitedToken): Promise<void> {
    try {
      await this.families.noteSeen(familyId, awaited);
      delete (request.session as Partial<typeof request.session>).awaitedToken;
    } catch (error) {
      // Reading goes on while nothing can be written; the next request tries again.
      this.logger.warn(`That a device has its new token could not be noted: ${String(error)}`);
    }
  }

  private async resume(request: Request, token: RememberToken, use: GoodUse): Promise<void> {
    const { owner } = use;
    const reason = revocationReason(await this.users.findById(owner.id), owner.securityVersion);
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
