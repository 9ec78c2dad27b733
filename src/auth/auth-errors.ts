import { ConflictException, UnauthorizedException } from '@nestjs/common';
import { FLASHES } from '../flash/flash';
import { InvalidInput } from '../http/errors';
import type { FormPageOptions } from '../http/responses/route.guard';

/** The same response for an unknown user and a wrong password, so that it does not reveal which users exist. */
export class InvalidCredentials extends UnauthorizedException {
  readonly flash = FLASHES.invalidCredentials;

  constructor() {
    super(FLASHES.invalidCredentials.text);
  }
}

/** Only who has given the right credentials learns that the address is not confirmed. */
export class EmailUnconfirmed extends UnauthorizedException {
  readonly flash = FLASHES.emailUnconfirmed;

  constructor() {
    super(FLASHES.emailUnconfirmed.text);
  }
}

/** A mailed link is unknown, used, replaced or expired. It does not reveal which (ASVS 5.0: 6.3.8). */
export class InvalidLink extends InvalidInput {
  /** @param page that tells the user how to get another link. */
  constructor(readonly page: FormPageOptions) {
    super({ token: ['This link does not work any more.'] });
  }
}

/** Refuses a log-in that would exceed SESSION_LIMIT. */
export class TooManyDevices extends ConflictException {
  readonly flash = FLASHES.tooManyDevices;

  constructor() {
    super(FLASHES.tooManyDevices.text);
  }
}
