import {
  type CallHandler,
  type ExecutionContext,
  HttpException,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { catchError, type Observable, throwError } from 'rxjs';
import { isDiversion } from '../access/access-errors';
import { isPageRequest } from '../common/page-request';
import { FORM_PAGE, type FormPageOptions } from './form-page.decorator';
import { RefusedForm } from './refused-form';

/** Refusals that a form can answer: bad credentials, a name that is taken, bad fields, too many tries. */
const ANSWERED_BY_FORM = [401, 409, 422, 429];

/** Knows the page of a handler's form, which the exception filter cannot, and hands it over with the refusal. */
@Injectable()
export class FormPageInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const page = this.reflector.get<FormPageOptions | undefined>(FORM_PAGE, context.getHandler());
    if (!page || !isPageRequest(context.switchToHttp().getRequest<Request>())) return next.handle();
    return next.handle().pipe(catchError((error: unknown) => throwError(() => asRefusedForm(error, page))));
  }
}

function asRefusedForm(error: unknown, page: FormPageOptions): unknown {
  if (isDiversion(error)) return error; // leads elsewhere
  const isRefusal = error instanceof HttpException && ANSWERED_BY_FORM.includes(error.getStatus());
  return isRefusal ? new RefusedForm(page, error) : error;
}
