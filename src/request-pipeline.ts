import { Injectable, type MiddlewareConsumer, type NestMiddleware } from '@nestjs/common';
import express, { type NextFunction, type Request, type Response } from 'express';
import { SameOriginMiddleware } from './access/same-origin.middleware';
import { CurrentUserMiddleware } from './auth/current-user.middleware';
import { EndedSessionMiddleware } from './auth/ended-session.middleware';
import { RememberMeMiddleware } from './auth/remember-me/remember-me.middleware';
import { parseBody } from './common/body-parsers';
import { methodOverride } from './common/method-override';
import { patience } from './database/patience';
import { SessionMiddleware } from './sessions/session.middleware';

/** One middleware for Nest, which would look at its exclusions again before each of these. */
@Injectable()
class RequestPipeline implements NestMiddleware {
  private readonly chain = express.Router();

  constructor(
    session: SessionMiddleware,
    rememberMe: RememberMeMiddleware,
    currentUser: CurrentUserMiddleware,
    endedSession: EndedSessionMiddleware,
    sameOrigin: SameOriginMiddleware,
  ) {
    this.chain.use(
      patience,
      handlerOf(session),
      handlerOf(rememberMe),
      handlerOf(currentUser),
      handlerOf(endedSession),
      parseBody,
      handlerOf(sameOrigin),
      methodOverride,
    );
  }

  use(request: Request, response: Response, next: NextFunction): void {
    this.chain(request, response, next);
  }
}

const handlerOf =
  (middleware: NestMiddleware) => (request: Request, response: Response, next: NextFunction) =>
    middleware.use(request, response, next) as unknown;

/**
 * The way of every request to its guards: its patience with the database, session, who, body, same origin. Call it in the
 * `configure` of your root module. Health checks take no part: they must answer while the session store does not.
 */
export function requestPipeline(consumer: MiddlewareConsumer): void {
  consumer.apply(RequestPipeline).exclude('health/{*path}').forRoutes('{*path}');
}
