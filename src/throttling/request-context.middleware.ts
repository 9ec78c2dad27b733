import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isSafeMethod } from '../http/page-request';
import { fromSource, sourceOf } from '../http/client-address';
import { RequestDeadline } from '../database/request-deadline';

/** Gives all later code the request's database deadline and its source. */
@Injectable()
export class RequestContextMiddleware implements NestMiddleware {
  use({ method, ip }: Request, response: Response, next: NextFunction): void {
    const deadline = new RequestDeadline();
    response.once('close', () => (deadline.isClosed = true));
    deadline.run(() => {
      // Only requests that may change something queue, and only queues need the source.
      if (isSafeMethod(method)) next();
      else fromSource(sourceOf(ip), next);
    });
  }
}
