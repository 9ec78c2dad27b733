import { SetMetadata } from '@nestjs/common';

export const FORM_PAGE = Symbol('the page that is shown again');

export interface FormPageOptions {
  view: string;
  title: string;
}

/** The page of the posted form: shown again with the input when validation fails. */
export const FormPage = (view: string, title: string) =>
  SetMetadata(FORM_PAGE, { view, title } satisfies FormPageOptions);
