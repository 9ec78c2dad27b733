import { ConflictException } from '@nestjs/common';
import { FLASHES } from '../flash/catalogue';

/** Another user confirmed this address first. Only a user who has proved to read its mail learns this. */
export class EmailTaken extends ConflictException {
  readonly flash = FLASHES.emailTaken;

  constructor() {
    super(FLASHES.emailTaken.text);
  }
}
