import { ConflictException } from '@nestjs/common';
import type { FieldErrors } from '../problem';
import { FLASHES } from '../../flash/flash';

/** Another user already has a value that must be unique. */
export class AlreadyTaken extends ConflictException {
  readonly flash = FLASHES.invalidSubmission;

  constructor(readonly errors: FieldErrors) {
    super(FLASHES.invalidSubmission.text);
  }
}
