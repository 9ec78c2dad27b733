import { ConflictException } from '@nestjs/common';
import { FLASHES } from '../flash/catalogue';

/** Refuses a log-in that would exceed SESSION_LIMIT. */
export class TooManyDevices extends ConflictException {
  readonly flash = FLASHES.tooManyDevices;

  constructor() {
    super(FLASHES.tooManyDevices.text);
  }
}
