import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { FormPageInterceptor } from './form-page.interceptor';
import { FORM_PAGE, type FormPageOptions } from './form-page-options';

/** The page of the form that is posted here: shown again, filled in, when the input is refused. */
export const FormPage = (view: string, title: string) =>
  applyDecorators(
    SetMetadata(FORM_PAGE, { view, title } satisfies FormPageOptions),
    UseInterceptors(FormPageInterceptor),
  );
