import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  NotFoundException,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ARE_PAGES, LatchkeyPages } from '../pages';
import { requestOf } from '../request-context';
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
 * Answers 404 to Latchkey's pages while they are off. Records the handler's page for exception filters, which cannot
 * find it. As an interceptor it would cost every request 24 µs (Node 20), because Nest binds each to the async context.
 */
@Injectable()
export class PagesGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly pages: LatchkeyPages,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (!this.pages.areOn && this.reflector.get<boolean | undefined>(ARE_PAGES, context.getClass()))
      throw new NotFoundException();
    const request = requestOf(context);
    if (request)
      request.formPage = this.reflector.get<FormPageOptions | undefined>(FORM_PAGE, context.getHandler());
    return true;
  }
}
