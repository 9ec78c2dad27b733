import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  NotFoundException,
  SetMetadata,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { INTERCEPTORS_METADATA } from '@nestjs/common/constants';
import { Reflector } from '@nestjs/core';
import { IS_PUBLIC } from '../../access/decorators';
import { LatchkeyPages, ROUTES } from '../latchkey-routes';
import type { Request } from 'express';
import { requestOf } from '../request-context';
import { hasBody } from '../page-request';
import { refuseUnbounded } from '../parse-json';
import { READ_TYPES, UnreadBody } from '../unread-body';
import type { FieldIds } from './form';

export const FORM_PAGE = Symbol('the page that is shown again');

export interface FormPageOptions {
  view: string;
  title: string;
  ids?: FieldIds;
}

/**
 * The page of the posted form: shown again with the input when validation fails.
 * @param ids of fields by name, if another form of the page has a field of the same name.
 */
export const FormPage = (view: string, title: string, ids?: FieldIds) =>
  SetMetadata(FORM_PAGE, { view, title, ids } satisfies FormPageOptions);

declare module 'express-serve-static-core' {
  interface Request {
    /** The page of the form that this request submits. */
    formPage?: FormPageOptions;
  }
}

/**
 * Refuses what Latchkey's routes do not serve: pages that are off, bodies of another type. It records the handler's page
 * for exception filters, which cannot find it. As an interceptor it would cost every request 24 µs (Node 20), because
 * Nest binds each to the async context.
 */
@Injectable()
export class RouteGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly pages: LatchkeyPages,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = requestOf(context);
    if (!request) return true;
    const routes = this.reflector.get<'pages' | 'api' | undefined>(ROUTES, context.getClass());
    if (routes === 'pages' && !this.pages.areOn) throw new NotFoundException();
    if (routes) requireOwnBody(request, routes);
    else if (request.body instanceof UnreadBody) {
      if (!this.readsBodies(context)) throw request.body.refusal();
      request.body = undefined; // the route reads it
    }
    request.formPage = this.reflector.get<FormPageOptions | undefined>(FORM_PAGE, context.getHandler());
    return true;
  }

  /** By an interceptor of its own, such as FileInterceptor, or because it is open to everyone, such as a webhook. */
  private readsBodies(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    const interceptors = this.reflector.getAllAndMerge<unknown[]>(INTERCEPTORS_METADATA, targets);
    return (
      interceptors.length > 0 ||
      this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, targets) === true
    );
  }
}

/** The application's parser reads more types than ours, and values of any depth. */
function requireOwnBody(request: Request, routes: keyof typeof READ_TYPES): void {
  if (!hasBody(request)) return;
  const { type, refusal } = READ_TYPES[routes];
  if (request.body instanceof UnreadBody || !request.is(type))
    throw new UnsupportedMediaTypeException(refusal);
  refuseUnbounded(request.body);
}
