import type { MiddlewareConsumer } from '@nestjs/common';
import { SameOriginMiddleware } from './access/same-origin.middleware';
import { CurrentUserMiddleware } from './auth/current-user.middleware';
import { EndedSessionMiddleware } from './auth/ended-session.middleware';
import { RememberMeMiddleware } from './auth/remember-me/remember-me.middleware';
import { parseBody } from './common/body-parsers';
import { methodOverride } from './common/method-override';
import { patience } from './database/patience';
import { SessionMiddleware } from './sessions/session.middleware';

/**
 * The way of every request to its guards: its patience with the database, session, who, body, same origin. Call it in the
 * `configure` of your root module. Health checks take no part: they must answer while the session store does not.
 */
export function requestPipeline(consumer: MiddlewareConsumer): void {
  consumer
    .apply(
      patience,
      SessionMiddleware,
      RememberMeMiddleware,
      CurrentUserMiddleware,
      EndedSessionMiddleware,
      parseBody,
      SameOriginMiddleware,
      methodOverride,
    )
    .exclude('health/{*path}')
    .forRoutes('{*path}');
}
