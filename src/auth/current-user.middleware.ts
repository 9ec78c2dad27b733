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

  async use(request: Request, response: Response, next: NextFunction): Promise<void> {
    const { authenticatedAt = 0 } = request.session;
    const user = await this.userOf(request);
    request.principal = user && { id: user.id, username: user.username, role: user.role, authenticatedAt };
    Object.assign(response.locals, {
      requestId: request.id,
      currentUser: user && { id: user.id, username: user.username },
      askPassword: request.principal !== null && !this.recentLogin.isRecent(request.principal),
    });
    next();
  }

  private async userOf(request: Request): Promise<StandingUser | null> {
    const { userId, securityVersion = 1 } = request.session;
    // Nothing but a whole number is an ID: SQLite would take '1' for 1, and PostgreSQL would fail at it.
    if (!isResourceId(userId)) return null;
    const user = await this.users.find(userId, request.areCopiesKnown);
    const reason = overBecause(user, securityVersion);
    if (reason === null) return user;
    await this.sessions.expel(request, reason);
    return null;
  }
}
