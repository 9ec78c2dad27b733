import { Injectable, Logger, type NestMiddleware } from '@nestjs/common';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import type { RequestContext } from '../../http/request-context';
import { SecurityEventBus } from '../../events/bus/security-event-bus';
import { RememberCookie } from '../remember-cookie';
import { type PendingToken, RememberFamilies, type RememberToken, type TokenUse } from '../remember-families';
import type { EndReason } from '../session-engine';
import { SessionTermination } from '../session-termination';
import { SessionLimitReached } from '../session-limit';
import { SessionService } from '../session-service';
import { Throttle } from '../../throttling/throttle';
import { UserStore } from '../../users/user-store';
import { SignOutNotice } from '../../auth/sign-out-notice';
import { revocationReason } from '../../users/accounts';
import { isEventStreamRequest } from '../../http/page-request';

type GoodUse = Extract<TokenUse, { owner: unknown }>;

/** Logs in the user of a remembered browser. */
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

  /** Weaker than a log-in by password, so sensitive actions still ask for the password. */
  async recall(request: RequestContext): Promise<void> {
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
    // No theft is reported, as responses may have been lost. A stolen token that stays one step behind ends
    // here too.
    if (token && use.kind === 'lapsed') return this.end(request, token, 'absolute');
    if (use.kind === 'ended') this.giveUp(request, use.reason);
    else this.cookie.clear(request);
  }

  /**
   * While a session is live, watches for the token that the device was sent. The token itself proves that it
   * arrived, and so does the session ID if one response carried both. The previous token is then no longer
   * valid. Until then, the server sends the new token again.
   */
  async awaitToken(request: RequestContext, awaited: PendingToken): Promise<void> {
    const { familyId } = request.session;
    if (familyId === undefined) return;
    const token = this.cookie.read(request);
    const own = token?.selector === familyId ? token : null;
    const hasCome = own !== null && this.families.isAwaited(own, awaited);
    if (own && !hasCome) {
      const successor = this.families.successorOf(own, awaited);
      if (successor) this.cookie.write(request, successor, awaited.expiresAt);
    }
    if (hasCome || awaited.cameWithSession) await this.confirmReceived(request, familyId, awaited);
  }

  private async confirmReceived(
    request: RequestContext,
    familyId: string,
    awaited: PendingToken,
  ): Promise<void> {
    try {
      await this.families.confirmReceived(familyId, awaited);
      delete (request.session as Partial<typeof request.session>).awaitedToken;
    } catch (error) {
      // Requests still succeed while writes fail; the next one tries again.
      this.logger.warn(`That a device has its new token could not be noted: ${String(error)}`);
    }
  }

  private async resume(request: RequestContext, token: RememberToken, use: GoodUse): Promise<void> {
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
      // Still remembered, but a guest until another device logs out.
      if (!(error instanceof SessionLimitReached)) throw error;
    }
  }

  private async end(request: RequestContext, { selector }: RememberToken, reason: EndReason): Promise<void> {
    await this.ends.endFamily(selector, reason, request);
    this.giveUp(request, reason);
  }

  /** The cookie identifies the reason, so keep it until a page has shown the reason to the user. */
  private giveUp(request: RequestContext, reason: EndReason): void {
    if (!this.notice.mustWait(request, reason)) this.cookie.clear(request);
    this.notice.give(request, reason);
  }
}

/**
 * Logs in a remembered browser without a live session, before anything asks for the user. Event streams don't
 * count: an open page that listens is not a returning user.
 */
@Injectable()
export class RememberMeMiddleware implements NestMiddleware {
  constructor(private readonly rememberMe: RememberMe) {}

  use(request: RequestContext, _response: unknown, next: () => void): void | Promise<void> {
    if (isEventStreamRequest(request)) return next();
    const { userId, awaitedToken } = request.session;
    if (userId !== undefined) {
      return awaitedToken ? this.rememberMe.awaitToken(request, awaitedToken).then(() => next()) : next();
    }
    return this.rememberMe.recall(request).then(() => next());
  }
}
