import type { MiddlewareConsumer } from '@nestjs/common';
import { SameOriginMiddleware } from '../../access/same-origin.middleware';
import { CurrentUserMiddleware } from '../../auth/current-user.middleware';
import { EndedSessionMiddleware } from '../../auth/ended-session.middleware';
import { RememberMeMiddleware } from '../../sessions/remember-me/remember-me.middleware';
import { RevalidationMiddleware } from '../../auth/revalidation.middleware';
import { BodyMiddleware } from '../body.middleware';
import { MethodOverrideMiddleware } from '../method-override.middleware';
import { EventCapacityMiddleware } from '../../events/bus/event-capacity.middleware';
import { SessionMiddleware } from '../../sessions/session.middleware';
import { RequestContextMiddleware } from '../../throttling/request-context.middleware';

/** The middleware before the guards, in order. You can leave out each or replace it with your own. */
const REQUEST_PIPELINE = [
  RequestContextMiddleware, // the database deadline and the request's source
  EventCapacityMiddleware, // no changes while events cannot be recorded
  SessionMiddleware, // request.session
  RememberMeMiddleware, // a session for a remembered browser without one
  CurrentUserMiddleware, // request.principal
  EndedSessionMiddleware, // the reason if the session of the cookie has ended
  BodyMiddleware, // request.body
  RevalidationMiddleware, // loads the session again if the body took time
  SameOriginMiddleware, // refuses changes requested by other sites (CSRF)
  MethodOverrideMiddleware, // PATCH, PUT and DELETE from forms
];

/**
 * Applies the pipeline to all routes. Call it in your root module's `configure`. Health checks are excluded,
 * because they must work while the session store does not.
 */
export function requestPipeline(consumer: MiddlewareConsumer): void {
  consumer
    .apply(...REQUEST_PIPELINE)
    .exclude('health/{*path}')
    .forRoutes('{*path}');
}
