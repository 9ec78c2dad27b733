import { HttpException } from '@nestjs/common';
import { InvalidInput } from '../http/errors';
import { CommandFailure } from './printable';

/** Shows refusals without a stack trace. */
export function explain(error: unknown): never {
  if (error instanceof InvalidInput) {
    throw new CommandFailure(
      Object.entries(error.errors)
        .map(([field, texts]) => `${field}: ${texts.join(' ')}`)
        .join('\n'),
    );
  }
  if (error instanceof HttpException && error.getStatus() === 409)
    throw new CommandFailure('This name is taken.');
  throw error;
}
