import type { HttpException } from '@nestjs/common';
import type { FormPageOptions } from './form-page.decorator';

/** A refusal of a form's input, with the page that is shown again. */
export class RefusedForm extends Error {
  constructor(
    readonly page: FormPageOptions,
    readonly refusal: HttpException,
  ) {
    super(refusal.message);
  }
}
