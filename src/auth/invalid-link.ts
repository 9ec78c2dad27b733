import { InvalidInput } from '../http/errors';
import type { FormPageOptions } from '../http/responses/form-page.decorator';

/** A mailed link that is unknown, used, replaced or too old; which of them is nobody's business (ASVS 5.0: 6.3.8). */
export class InvalidLink extends InvalidInput {
  /** @param page that says where to get another one. */
  constructor(readonly page: FormPageOptions) {
    super({ token: ['This link does not work any more.'] });
  }
}
