import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { catchError, type Observable, throwError } from 'rxjs';

/**
 * Takes a username that stays as it is out of the body before the rules for new names refuse it: an imported user may have
 * one that nobody could choose now, and saves the rest of the form all the same.
 */
@Injectable()
export class UnchangedUsernameInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { body, principal } = context
      .switchToHttp()
      .getRequest<Request<object, unknown, { username?: unknown } | undefined>>();
    const username = body?.username;
    if (!body || !principal || username !== principal.username) return next.handle();
    delete body.username;
    return next.handle().pipe(
      catchError((error: unknown) => {
        body.username = username; // the form is shown again with what was typed
        return throwError(() => error);
      }),
    );
  }
}
