import { AsyncResource } from 'node:async_hooks';
import { Injectable, type MiddlewareConsumer, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { SameOriginMiddleware } from './access/same-origin.middleware';
import { CurrentUserMiddleware } from './auth/current-user.middleware';
import { EndedSessionMiddleware } from './auth/ended-session.middleware';
import { RememberMeMiddleware } from './auth/remember-me/remember-me.middleware';
import { StillValidMiddleware } from './auth/still-valid.middleware';
import { parseBody } from './common/body-parsers';
import { methodOverride } from './common/method-override';
import { isSafeMethod } from './common/page-request';
import { fromSource } from './common/request-source';
import { TurnShare } from './common/turn-share';
import { patience } from './database/patience';
import { EventRoomMiddleware } from './security-events/event-room.middleware';
import { SessionMiddleware } from './sessions/session.middleware';
import { sourceOf } from './throttling/source-of';

type Step = (request: Request, response: Response, next: NextFunction) => unknown;

/** A request that waits for the others of its turn, or for those before it. */
interface Arrival {
  /** What is known to whoever came before, such as a trace: it goes on with this request alone. */
  context: AsyncResource;
  request: Request;
  response: Response;
  next: NextFunction;
}

/**
 * One middleware for Nest, which would look at its exclusions again before each step; and no router, which would wait
 * for another turn of the event loop after the last one.
 *
 * Requests that are read in one turn of the event loop are answered together when all of them are read: one look at
 * what has changed serves them all, and their answers leave together, so that the kernel has one reader to wake. Of many
 * only some begin in a turn, in the order they came: what is read meanwhile would wait for all of them.
 */
@Injectable()
class RequestPipeline implements NestMiddleware {
  private readonly steps: Step[];
  private arrived: Arrival[] = [];
  private readonly share = new TurnShare();

  constructor(
    eventRoom: EventRoomMiddleware,
    session: SessionMiddleware,
    rememberMe: RememberMeMiddleware,
    currentUser: CurrentUserMiddleware,
    endedSession: EndedSessionMiddleware,
    stillValid: StillValidMiddleware,
    sameOrigin: SameOriginMiddleware,
  ) {
    this.steps = [
      patience,
      noteSource,
      stepOf(eventRoom),
      stepOf(session),
      stepOf(rememberMe),
      stepOf(currentUser),
      stepOf(endedSession),
      parseBody,
      stepOf(stillValid),
      stepOf(sameOrigin),
      methodOverride,
    ];
  }

  use(request: Request, response: Response, next: NextFunction): void {
    const context = new AsyncResource('LatchkeyRequest');
    if (this.arrived.push({ context, request, response, next }) === 1) setImmediate(() => this.takeSome());
  }

  private takeSome(): void {
    const taken = this.arrived.splice(0, this.share.begin());
    for (const { context, request, response, next } of taken) {
      context.runInAsyncScope(() => this.take(0, request, response, next));
    }
    if (this.arrived.length > 0) setImmediate(() => this.takeSome());
  }

  private take(index: number, request: Request, response: Response, next: NextFunction): void {
    if (index === this.steps.length) return next();
    const proceed = (error?: unknown) => {
      if (error) next(error);
      else this.take(index + 1, request, response, next);
    };
    try {
      const taken = this.steps[index](request, response, proceed);
      if (taken instanceof Promise) taken.catch(next);
    } catch (error) {
      next(error);
    }
  }
}

/** Sources take turns where requests wait, which only those do that may change something. */
const noteSource: Step = ({ method, ip }, _response, next) =>
  isSafeMethod(method) ? next() : fromSource(sourceOf(ip), next);

const stepOf =
  (middleware: NestMiddleware): Step =>
  (request, response, next) =>
    middleware.use(request, response, next) as unknown;

/**
 * The way of every request to its guards: its patience with the database, session, who, body, still valid, same origin.
 * Call it in the `configure` of your root module. Health checks take no part: they must answer while the session store
 * does not.
 */
export function requestPipeline(consumer: MiddlewareConsumer): void {
  consumer.apply(RequestPipeline).exclude('health/{*path}').forRoutes('{*path}');
}
