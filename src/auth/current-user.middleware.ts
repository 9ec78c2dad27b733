import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { RecentStepUp } from '../access/recent-step-up';
import { isResourceId } from '../http/resource-id';
import { SessionService } from '../sessions/session-service';
import { type Account, Accounts } from '../users/accounts';
import { revocationReason } from './revocation-reason';

/** Sets the request's principal. Guards do the refusing. */
@Injectable()
export class CurrentUserMiddleware implements NestMiddleware {
  constructor(
    private readonly accounts: Accounts,
    private readonly recentLogin: RecentStepUp,
    private readonly sessions: SessionService,
  ) {}

  async use(request: Request, { locals }: Response, next: NextFunction): Promise<void> {
    const account = await this.authenticate(request);
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
    locals.askPassword = request.principal !== null && !this.recentLogin.isRecent(request.principal);
    next();
  }

  /** Revokes the session if it is no longer valid. */
  private async authenticate(request: Request): Promise<Account | null> {
    const { userId, securityVersion = 1 } = request.session;
    // Accept only integer IDs: SQLite would accept '1' as 1, and PostgreSQL would raise an error.
    if (!isResourceId(userId)) return null;
    const account = await this.accounts.of(request, userId);
    const reason = revocationReason(account, securityVersion);
    if (reason === null) return account;
    await this.sessions.expel(request, reason);
    return null;
  }
}
