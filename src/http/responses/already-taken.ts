import { ConflictException } from '@nestjs/common';
import type { FieldErrors } from '../problem';
import { FLASHES } from '../../flash/catalogue';

/** A value that only one may have, and somebody else has it. */
export class AlreadyTaken extends ConflictException {
  readonly flash = FLASHES.invalidSubmission;

  constructor(readonly errors: FieldErrors) {
    super(FLASHES.invalidSubmission.text);
  }
}
