import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AuthService } from '../auth/auth-service';
import { UsersService } from '../users/users-service';

/** Names the user to log in. */
export const LOG_IN_HEADER = 'x-latchkey-test-log-in';

/** Starts a real session behind the whole request pipeline, whatever log-in routes the application has. */
@Injectable()
export class LogInMiddleware implements NestMiddleware {
  constructor(
    private readonly auth: AuthService,
    private readonly users: UsersService,
  ) {}

  async use(request: Request, response: Response, next: () => void): Promise<void> {
    const id = request.headers[LOG_IN_HEADER];
    if (id === undefined) {
      next();
      return;
    }
    await this.auth.logIn(request, await this.users.get(Number(id)));
    response.status(204).end();
  }
}
