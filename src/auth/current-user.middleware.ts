import { Injectable, Logger, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { hasRecentStepUp } from '../access/step-up/step-up';
import { Clock } from '../options/clock';
import { isResourceId } from '../http/resource-id';
import { SessionService } from '../sessions/session-service';
import { type Account, Accounts, revocationReason } from '../users/accounts';
import { isSafeMethod } from '../http/page-request';
import { RateLimitedLog } from '../http/rate-limited-log';
import { SessionTermination } from '../sessions/session-termination';
import { Identification } from '../access/principal';
import { SignOutNotice } from './sign-out-notice';

/** Finds out who a request is from. It refuses nothing: guards do. */
@Injectable()
export class CurrentUserMiddleware implements NestMiddleware {
  constructor(
    private readonly accounts: Accounts,
    private readonly clock: Clock,
    private readonly sessions: SessionService,
  ) {}

  use(request: Request, response: Response, next: NextFunction): void | Promise<void> {
    const { userId, securityVersion = 1 } = request.session;
    // Nothing but a whole number is an ID: SQLite would take '1' for 1, and PostgreSQL would fail at it.
    if (!isResourceId(userId)) return this.proceed(null, request, response, next);
    const loaded = this.accounts.loaded(request, userId);
    if (loaded && revocationReason(loaded, securityVersion) === null)
      return this.proceed(loaded, request, response, next);
    return this.authenticate(userId, securityVersion, request).then((account) =>
      this.proceed(account, request, response, next),
    );
  }

  private proceed(account: Account | null, request: Request, { locals }: Response, next: NextFunction): void {
    const { authenticatedAt = 0 } = request.session;
    request.principal = account && {
      id: account.id,
      username: account.username,
      role: account.role,
      securityVersion: account.securityVersion,
      authenticatedAt,
    };
    locals.requestId = request.id;
    locals.currentUser = account && { id: account.id, username: account.username };
    locals.askPassword = request.principal !== null && !hasRecentStepUp(this.clock, request.principal);
    next();
  }

  /** Ends the session if it is no longer valid. */
  private async authenticate(
    userId: number,
    securityVersion: number,
    request: Request,
  ): Promise<Account | null> {
    const account = await this.accounts.of(request, userId);
    const reason = revocationReason(account, securityVersion);
    if (reason === null) return account;
    await this.sessions.revokeCurrent(request, reason);
    return null;
  }
}

/**
 * Finds out why the session of the received cookie ended, and shows the reason once on the next page. It does
 * not clear the cookie, as that could delete the new cookie of a concurrent log-in.
 */
@Injectable()
export class EndedSessionMiddleware implements NestMiddleware {
  private readonly failures = new RateLimitedLog(new Logger(EndedSessionMiddleware.name), 'warn', 1);

  constructor(
    private readonly ends: SessionTermination,
    private readonly notice: SignOutNotice,
  ) {}

  use(request: Request, _response: Response, next: NextFunction): void | Promise<void> {
    const { unknownSession: lostSession, session } = request;
    if (lostSession === undefined || session.userId !== undefined) return next();
    return this.explain(request, lostSession).then(() => next());
  }

  private async explain(request: Request, idHash: string): Promise<void> {
    try {
      await this.tell(request, idHash);
    } catch (error) {
      // Serve reads even while the store is read-only: a guest's page works without the reason.
      if (!isSafeMethod(request.method)) throw error;
      this.failures.write(`Why a session ended could not be told: ${String(error)}`);
    }
  }

  private async tell(request: Request, idHash: string): Promise<void> {
    const [ended] = await this.ends.find([idHash]);
    // Unknown, a guest's, or still live under another ID.
    if (!ended || ended.userId === null || ended.reason === 'rotated') return;
    request.endedSession = ended;
    const isShown = this.notice.hasWordsFor(request, ended.reason);
    const isFirst = !isShown || (await this.ends.markNotified(idHash));
    // RememberMeMiddleware may have shown the reason already.
    if (request.endReason !== undefined) return;
    if (isFirst) this.notice.give(request, ended.reason);
  }
}

/**
 * Identifies a request again if its body arrived slowly. Otherwise a session thief could hold back the last
 * byte until the session has ended and still act. Register it after the body parsers.
 */
@Injectable()
export class RevalidationMiddleware implements NestMiddleware {
  constructor(private readonly identification: Identification) {}

  use(request: Request, _response: Response, next: NextFunction): void | Promise<void> {
    // Guests have no session to lose. A request that was complete at identification did not wait.
    if (!request.principal || request.arrivedBeforeSession) return next();
    return this.identification.repeat(request).then(() => next());
  }
}
