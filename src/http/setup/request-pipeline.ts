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

/** What every request passes on its way to the guards, in this order. Each can be left out or replaced by one of your own. */
const REQUEST_PIPELINE = [
  RequestContextMiddleware, // its deadline for the database, and where it comes from
  EventCapacityMiddleware, // no change while its events cannot be recorded
  SessionMiddleware, // request.session
  RememberMeMiddleware, // a session for a remembered browser that has none
  CurrentUserMiddleware, // request.principal
  EndedSessionMiddleware, // why the session ended whose cookie came along
  BodyMiddleware, // request.body
  RevalidationMiddleware, // the session again, if the body took time to come
  SameOriginMiddleware, // no change that another site asked for
  MethodOverrideMiddleware, // PATCH, PUT and DELETE from forms
];

/**
 * Applies the pipeline to all routes. Call it in the `configure` of your root module. Health checks take no part: they must
 * answer while the session store does not.
 */
export function requestPipeline(consumer: MiddlewareConsumer): void {
  consumer
    .apply(...REQUEST_PIPELINE)
    .exclude('health/{*path}')
    .forRoutes('{*path}');
}
