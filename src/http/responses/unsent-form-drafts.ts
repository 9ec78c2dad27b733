import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { RedirectingError } from '../../access/access-errors';
import { onBeforeEnd } from '../defer-end';
import { isSafeMethod } from '../page-request';
import { responseTo } from '../request-context';
import { FormDrafts } from '../../flash/drafts/form-drafts';
import { typedValues } from '../../flash/drafts/typed-values';
import { FORM_PAGE, type FormPageOptions } from './route.guard';

/** Keeps the form of a request whose user must first log in or enter the password again, if it has a page. */
@Injectable()
export class UnsentFormDrafts {
  constructor(
    private readonly reflector: Reflector,
    private readonly drafts: FormDrafts,
  ) {}

  /** The response waits until the form is stored and fails otherwise, so the browser can send it again. */
  keep({ handler, returns }: RedirectingError, request: Request): void {
    const page = handler
      ? this.reflector.get<FormPageOptions | undefined>(FORM_PAGE, handler)
      : request.formPage;
    if (!returns || !page || isSafeMethod(request.method) || !saysWhereFrom(request)) return;
    const values = typedValues(request.body);
    if (Object.keys(values).length === 0) return; // only a button, which is easy to press again
    const { params } = request;
    onBeforeEnd(responseTo(request), () => this.drafts.keep(request, { ...page, params, values }));
  }
}

/**
 * The same-origin check accepts a guest's request without an origin header. A draft belongs to the user of
 * the ended session, so another site must not be able to plant text in it.
 */
function saysWhereFrom({ headers, principal }: Request): boolean {
  return principal !== null || headers['sec-fetch-site'] !== undefined || headers.origin !== undefined;
}
