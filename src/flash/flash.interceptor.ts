import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { isSeenByPerson } from '../http/page-request';
import { requestOf } from '../http/request-of';
import { responseTo } from '../http/response-to';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import type { Flash } from './flash';
import { FlashService } from './flash-service';

/** Brings the flashes into every view, as `flashes`. */
@Injectable()
export class FlashInterceptor implements NestInterceptor {
  constructor(private readonly flashes: FlashService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = requestOf(context);
    if (request) this.exposeToView(request);
    return next.handle();
  }

  /**
   * As a function, which Handlebars calls: the view asks for them when it is rendered, after the handler, so that a flash
   * of this very request is shown too, and none is taken by an answer that shows none or that no person sees.
   */
  exposeToView(request: Request): void {
    let taken: Flash[] | undefined;
    responseTo(request).locals.flashes = () =>
      (taken ??= isSeenByPerson(request) ? this.flashes.take(request) : []);
  }
}
