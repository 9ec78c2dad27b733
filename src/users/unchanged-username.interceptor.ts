import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { catchError, type Observable, throwError } from 'rxjs';

/**
 * Removes an unchanged username from the body before validation. Imported users may have a name that the
 * rules no longer allow, and must still be able to save the rest of the form.
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
        body.username = username; // the form shows the input again
        return throwError(() => error);
      }),
    );
  }
}
