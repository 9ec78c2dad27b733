import { InvalidInput } from '../http/errors';
import type { FormPageOptions } from '../http/responses/form-page.decorator';

/** A mailed link is unknown, used, replaced or expired. It does not reveal which (ASVS 5.0: 6.3.8). */
export class InvalidLink extends InvalidInput {
  /** @param page that tells the user how to get another link. */
  constructor(readonly page: FormPageOptions) {
    super({ token: ['This link does not work any more.'] });
  }
}
