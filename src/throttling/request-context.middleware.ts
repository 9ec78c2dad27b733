import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isSafeMethod } from '../http/page-request';
import { fromSource } from '../http/request-source';
import { RequestDeadline } from '../database/request-deadline';
import { sourceOf } from './source-of';

/** Everything behind it shares the request's deadline for the database, and knows where the request comes from. */
@Injectable()
export class RequestContextMiddleware implements NestMiddleware {
  use({ method, ip }: Request, response: Response, next: NextFunction): void {
    const deadline = new RequestDeadline();
    response.once('close', () => (deadline.isClosed = true));
    deadline.run(() => {
      // Sources take turns where requests wait, which only those do that may change something.
      if (isSafeMethod(method)) next();
      else fromSource(sourceOf(ip), next);
    });
  }
}
