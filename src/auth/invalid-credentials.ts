import { UnauthorizedException } from '@nestjs/common';
import { FLASHES } from '../flash/catalogue';

/** The one answer to a log-in that fails: it does not tell an unknown user from a wrong password. */
export class InvalidCredentials extends UnauthorizedException {
  readonly flash = FLASHES.invalidCredentials;

  constructor() {
    super(FLASHES.invalidCredentials.text);
  }
}
