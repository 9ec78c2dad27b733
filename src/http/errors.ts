import { BadRequestException, HttpException, HttpStatus, ServiceUnavailableException } from '@nestjs/common';
import type { FieldErrors } from './problem';

/** Invalid input, with messages by field. */
export class InvalidInput extends HttpException {
  constructor(readonly errors: FieldErrors) {
    super('Some fields need another look.', HttpStatus.UNPROCESSABLE_ENTITY);
  }
}

/** The request contains fields that no form has, so the client expects an effect that does not exist. */
export class UnknownFields extends BadRequestException {
  readonly errors: FieldErrors;

  constructor(names: string[]) {
    super('Some fields are not known here.');
    this.errors = Object.fromEntries(names.map((name) => [name, ['This field is not known.']]));
  }
}

/** A queue is full. The same request may succeed after `retryAfter` seconds. */
export class Overloaded extends ServiceUnavailableException {
  constructor(readonly retryAfter: number) {
    super('The server is busy. Please try again in a moment.');
  }
}

/** An error for clients of a microservice or gateway: Nest's format plus the fields of an API problem. */
export interface MessageError {
  status: 'error';
  statusCode: number;
  message: string;
  errors?: FieldErrors;
  reason?: string;
}
