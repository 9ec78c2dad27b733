import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isEventStreamRequest } from '../../http/page-request';
import { RememberMe } from './remember-me';

/**
 * Before anyone asks who a request is from: a browser without a live session may be remembered. An open page that only
 * listens is not its reader coming back.
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
