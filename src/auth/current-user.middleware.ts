import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { RecentLogin } from '../access/recent-login';
import { isResourceId } from '../common/resource-id';
import { UserStore } from '../users/user-store';

/** Finds out who a request is from. It never blocks: guards do. */
@Injectable()
export class CurrentUserMiddleware implements NestMiddleware {
  constructor(
    private readonly users: UserStore,
    private readonly recentLogin: RecentLogin,
  ) {}

  async use(request: Request, response: Response, next: NextFunction): Promise<void> {
    const { userId, authenticatedAt = 0 } = request.session;
    // Nothing but a whole number is an ID: SQLite would take '1' for 1, and PostgreSQL would fail at it.
    const user = isResourceId(userId) ? await this.users.findById(userId) : null;
    // A session whose user is gone is nobody's.
    request.principal = user && { id: user.id, username: user.username, authenticatedAt };
    Object.assign(response.locals, {
      requestId: request.id,
      currentUser: user && { id: user.id, username: user.username },
      askPassword: request.principal !== null && !this.recentLogin.isRecent(request.principal),
    });
    next();
  }
}
