import { Injectable, type MiddlewareConsumer, type NestMiddleware, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { SameOriginMiddleware } from '../../access/same-origin.middleware';
import { CurrentUserMiddleware } from '../../auth/current-user.middleware';
import { RevalidationMiddleware } from '../../auth/revalidation.middleware';
import { EndedSessionMiddleware } from '../../auth/ended-session.middleware';
import { RememberMeMiddleware } from '../../sessions/remember-me/remember-me';
import { BodyMiddleware } from '../body.middleware';
import { MethodOverrideMiddleware } from '../method-override.middleware';
import { EventCapacityMiddleware } from '../../events/bus/security-event-bus';
import { SessionMiddleware } from '../../sessions/session.middleware';
import { DatabaseUnavailable, isDatabaseUnavailable } from '../../database/database-unavailable';
import { RequestContextMiddleware } from '../../database/request-deadline';

/** What every request passes on its way to the guards, in this order. */
export const REQUEST_PIPELINE: readonly Type<NestMiddleware>[] = [
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
 * Applies the pipeline to all routes. `HttpModule` calls it; call it yourself only without that module, and
 * set `request.isApi` before it. It skips health checks,
 * which must work while the session store does not.
 * @param steps Nest middlewares that some module provides. Leave out a step, replace it or add your own.
 * @param basePath the option of that name.
 */
export function requestPipeline(
  consumer: MiddlewareConsumer,
  steps: readonly Type<NestMiddleware>[] = REQUEST_PIPELINE,
  basePath = '',
): void {
  consumer.apply(pipelineOf(steps)).exclude(`${basePath}/health/{*path}`).forRoutes('{*path}');
}

/**
 * Joins the steps into one Nest middleware. For every middleware, Nest matches the path, tests the exclusions and keeps
 * a WeakSet of requests: registered one by one, the ten steps would make a page a fifth slower.
 */
function pipelineOf(steps: readonly Type<NestMiddleware>[]): Type<NestMiddleware> {
  @Injectable()
  class RequestPipeline implements NestMiddleware {
    private readonly steps: NestMiddleware[];

    constructor(modules: ModuleRef) {
      this.steps = steps.map((step) => provided(modules, step));
    }

    use(request: Request, response: Response, next: NextFunction): void {
      this.run(0, request, response, next);
    }

    private run(index: number, request: Request, response: Response, next: NextFunction): void {
      if (index === this.steps.length) return next();
      const proceed = (error?: unknown) => {
        if (error) next(described(error));
        else this.run(index + 1, request, response, next);
      };
      try {
        const running = this.steps[index].use(request, response, proceed) as unknown;
        if (running instanceof Promise) running.catch((error: unknown) => next(described(error)));
      } catch (error) {
        next(described(error));
      }
    }
  }
  return RequestPipeline;
}

/** An error of our own in place of a database driver's, which only our filter would recognise. */
function described(error: unknown): unknown {
  return isDatabaseUnavailable(error) && !(error instanceof DatabaseUnavailable)
    ? new DatabaseUnavailable('The database does not answer', { cause: error })
    : error;
}

function provided(modules: ModuleRef, step: Type<NestMiddleware>): NestMiddleware {
  try {
    return modules.get(step, { strict: false });
  } catch {
    throw new Error(
      `requestPipeline(): no module provides ${step.name}. Add it to the providers of a module, or import the module of Latchkey that does.`,
    );
  }
}
