import { ConflictException } from '@nestjs/common';
import { FLASHES } from '../flash/catalogue';

/** Somebody else was first to confirm this address. Told to those alone who have shown that they read its mail. */
export class EmailTaken extends ConflictException {
  readonly flash = FLASHES.emailTaken;

  constructor() {
    super(FLASHES.emailTaken.text);
  }
}
