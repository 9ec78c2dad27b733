import { UnauthorizedException } from '@nestjs/common';
import { FLASHES } from '../flash/catalogue';

/** The same answer for an unknown user and a wrong password, so that it does not reveal which users exist. */
export class InvalidCredentials extends UnauthorizedException {
  readonly flash = FLASHES.invalidCredentials;

  constructor() {
    super(FLASHES.invalidCredentials.text);
  }
}
