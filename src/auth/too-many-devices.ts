import { ConflictException } from '@nestjs/common';
import { FLASHES } from '../flash/catalogue';

/** The answer to a log-in that SESSION_LIMIT leaves no room for. */
export class TooManyDevices extends ConflictException {
  readonly flash = FLASHES.tooManyDevices;

  constructor() {
    super(FLASHES.tooManyDevices.text);
  }
}
