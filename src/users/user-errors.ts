import { ConflictException } from '@nestjs/common';
import { FLASHES } from '../flash/flash';
import { AlreadyTaken } from '../http/responses/already-taken';

/** Another user confirmed this address first. Only a user who has proved to read its mail learns this. */
export class EmailTaken extends ConflictException {
  readonly flash = FLASHES.emailTaken;

  constructor() {
    super(FLASHES.emailTaken.text);
  }
}

/** The same error for a taken name, a lookalike and a reserved name, so it does not reveal which. */
export const nameTaken = () => new AlreadyTaken({ username: ['This name is taken.'] });
