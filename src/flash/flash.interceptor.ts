import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { isSeenByPerson } from '../http/page-request';
import { requestOf, responseTo } from '../http/request-context';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import type { Flash } from './flash';
import { FlashService } from './flash-service';

/** Provides `flashes` to every view. */
@Injectable()
export class FlashInterceptor implements NestInterceptor {
  constructor(private readonly flashes: FlashService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = requestOf(context);
    if (request) this.exposeToView(request);
    return next.handle();
  }

  /**
   * A function, so that rendering takes the flashes after the handler has run. The page then also shows
   * flashes of this request, and responses that no user sees do not consume any.
   */
  exposeToView(request: Request): void {
    let taken: Flash[] | undefined;
    responseTo(request).locals.flashes = () =>
      (taken ??= isSeenByPerson(request) ? this.flashes.take(request) : []);
  }
}
