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

/**
 * Knows the page of a handler's form, which the exception filter cannot, and hands it over with the refusal. A refusal
 * that brings a `page` of its own is shown on that.
 */
@Injectable()
export class FormPageInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (!isPageRequest(context.switchToHttp().getRequest<Request>())) return next.handle();
    const page = this.reflector.get<FormPageOptions | undefined>(FORM_PAGE, context.getHandler());
    return next.handle().pipe(catchError((error: unknown) => throwError(() => asRefusedForm(error, page))));
  }
}

function asRefusedForm(error: unknown, formPage: FormPageOptions | undefined): unknown {
  if (isDiversion(error)) return error; // leads elsewhere
  if (!(error instanceof HttpException) || !ANSWERED_BY_FORM.includes(error.getStatus())) return error;
  const { page = formPage } = error as HttpException & { page?: FormPageOptions };
  return page ? new RefusedForm(page, error) : error;
}
