import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { requestOf } from '../request-of';
import { FORM_PAGE, type FormPageOptions } from './form-page.decorator';

declare module 'express-serve-static-core' {
  interface Request {
    /** The page of the form that this request submits. */
    formPage?: FormPageOptions;
  }
}

/**
 * Always lets the request pass. It records the handler's page for exception filters, which cannot find it. As
 * an interceptor it would cost every request 24 µs (Node 20), because Nest binds each to the async context.
 */
@Injectable()
export class FormPageGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = requestOf(context);
    if (request)
      request.formPage = this.reflector.get<FormPageOptions | undefined>(FORM_PAGE, context.getHandler());
    return true;
  }
}
