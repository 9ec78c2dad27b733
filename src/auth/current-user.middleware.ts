import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { RecentLogin } from '../access/recent-login';
import { isResourceId } from '../common/resource-id';
import { SessionService } from '../sessions/session-service';
import { type StandingUser, StandingUsers } from '../users/standing-users';
import { overBecause } from './standing';

/** Finds out who a request is from. It never blocks: guards do. */
@Injectable()
export class CurrentUserMiddleware implements NestMiddleware {
  constructor(
    private readonly users: StandingUsers,
    private readonly recentLogin: RecentLogin,
    private readonly sessions: SessionService,
  ) {}

  use(request: Request, response: Response, next: NextFunction): void | Promise<void> {
    const { userId, securityVersion = 1 } = request.session;
    // Nothing but a whole number is an ID: SQLite would take '1' for 1, and PostgreSQL would fail at it.
    if (!isResourceId(userId)) return this.introduce(null, request, response, next);
    const user = this.users.known(userId, request.areCopiesKnown);
    return user && overBecause(user, securityVersion) === null
      ? this.introduce(user, request, response, next)
      : this.identify(userId, securityVersion, request).then((found) =>
          this.introduce(found, request, response, next),
        );
  }

  private introduce(
    user: StandingUser | null,
    request: Request,
    { locals }: Response,
    next: NextFunction,
  ): void {
    const { authenticatedAt = 0 } = request.session;
    request.principal = user && {
      id: user.id,
      username: user.username,
      role: user.role,
      securityVersion: user.securityVersion,
      authenticatedAt,
    };
    locals.requestId = request.id;
    locals.currentUser = user && { id: user.id, username: user.username };
    locals.askPassword = request.principal !== null && !this.recentLogin.isRecent(request.principal);
    next();
  }

  private async identify(
    id: number,
    securityVersion: number,
    request: Request,
  ): Promise<StandingUser | null> {
    const user = await this.users.find(id, request.areCopiesKnown);
    const reason = overBecause(user, securityVersion);
    if (reason === null) return user;
    await this.sessions.expel(request, reason);
    return null;
  }
}
