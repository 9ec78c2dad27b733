import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { RedirectingError } from '../../access/access-errors';
import { onBeforeEnd } from '../defer-end';
import { isSafeMethod } from '../page-request';
import { responseTo } from '../response-to';
import { FormDrafts } from '../../flash/drafts/form-drafts';
import { typedValues } from '../../flash/drafts/typed-values';
import { FORM_PAGE, type FormPageOptions } from './form-page.decorator';

/** Keeps the form of a request that has to log in or give the password first, when it has a page to be shown on again. */
@Injectable()
export class UnsentFormDrafts {
  constructor(
    private readonly reflector: Reflector,
    private readonly keptForms: FormDrafts,
  ) {}

  /** The answer waits until the form is stored, and fails if it cannot be: a browser can then send it once more. */
  keep({ handler, returns }: RedirectingError, request: Request): void {
    const page = handler
      ? this.reflector.get<FormPageOptions | undefined>(FORM_PAGE, handler)
      : request.formPage;
    if (!returns || !page || isSafeMethod(request.method) || !saysWhereFrom(request)) return;
    const values = typedValues(request.body);
    if (Object.keys(values).length === 0) return; // a button is soon pressed again
    const { params } = request;
    onBeforeEnd(responseTo(request), () => this.keptForms.keep(request, { ...page, params, values }));
  }
}

/**
 * The same-origin check believes a guest who says nothing of where a request comes from. The form of an ended session is
 * kept for its user: another site must not be able to put its words into it.
 */
function saysWhereFrom({ headers, principal }: Request): boolean {
  return principal !== null || headers['sec-fetch-site'] !== undefined || headers.origin !== undefined;
}
