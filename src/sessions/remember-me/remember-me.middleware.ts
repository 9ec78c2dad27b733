import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isEventStreamRequest } from '../../http/page-request';
import { RememberMe } from './remember-me';

/**
 * Logs in a remembered browser without a live session, before anything asks for the user. Event streams don't
 * count: an open page that listens is not a returning user.
 */
@Injectable()
export class RememberMeMiddleware implements NestMiddleware {
  constructor(private readonly rememberMe: RememberMe) {}

  use(request: Request, _response: Response, next: NextFunction): void | Promise<void> {
    if (isEventStreamRequest(request)) return next();
    const { userId, awaitedToken } = request.session;
    if (userId !== undefined) {
      return awaitedToken ? this.rememberMe.awaitToken(request, awaitedToken).then(() => next()) : next();
    }
    return this.rememberMe.recall(request).then(() => next());
  }
}
