import { BadRequestException, HttpException, HttpStatus, ServiceUnavailableException } from '@nestjs/common';
import type { FieldErrors } from './problem';

/** Input that breaks a rule, told field by field. */
export class InvalidInput extends HttpException {
  constructor(readonly errors: FieldErrors) {
    super('Some fields need another look.', HttpStatus.UNPROCESSABLE_ENTITY);
  }
}

/** Fields that no form of ours has: whoever sends them means something else than we do. */
export class UnknownFields extends BadRequestException {
  readonly errors: FieldErrors;

  constructor(names: string[]) {
    super('Some fields are not known here.');
    this.errors = Object.fromEntries(names.map((name) => [name, ['This field is not known.']]));
  }
}

/** Too much is waiting; the same request may succeed after `retryAfter` seconds. */
export class Overloaded extends ServiceUnavailableException {
  constructor(readonly retryAfter: number) {
    super('The server is busy. Please try again in a moment.');
  }
}
