import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { hasRecentStepUp } from '../access/step-up/step-up';
import type { PrincipalFields } from '../access/principal-fields';
import { Clock } from '../options/clock';
import { UserModel } from '../options/user-model';
import { isResourceId } from '../http/resource-id';
import { SessionService } from '../sessions/session-service';
import { type Account, Accounts, revocationReason } from '../users/accounts';

/** Finds out who a request is from. It refuses nothing: guards do. */
@Injectable()
export class CurrentUserMiddleware implements NestMiddleware {
  constructor(
    private readonly accounts: Accounts,
    private readonly clock: Clock,
    private readonly sessions: SessionService,
    private readonly model: UserModel,
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
      ...this.fieldsOf(account),
      id: account.id,
      username: account.username,
      roles: [...account.roles],
      securityVersion: account.securityVersion,
      authenticatedAt,
    };
    locals.requestId = request.id;
    locals.currentUser = account && { id: account.id, username: account.username };
    locals.askPassword = request.principal !== null && !hasRecentStepUp(this.clock, request.principal);
    next();
  }

  /** Not async: a promise would leave the principal without the fields that the application's checks need. */
  private fieldsOf(account: Account): PrincipalFields {
    if (!this.model.principal) return {};
    const fields: unknown = this.model.principal(account as never) ?? {};
    if (typeof fields !== 'object' || fields instanceof Promise)
      throw new TypeError('users.principal returns no object of fields');
    return structuredClone(fields) as PrincipalFields; // the account is cached, and a handler may change what it gets
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
