import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidInput } from '../http/errors';
import { fieldsOf } from '../http/fields-of';
import { InputPipe } from '../http/input.pipe';
import type { FieldErrors } from '../http/problem';
import { isTooLong } from '../http/text/normal-form';
import { isBlank, isReadable, REQUIRED, tooLong, UNREADABLE } from '../http/text/text-field.decorator';
import { UserModel } from '../options/user-model';
import { SignupDto } from './dto/signup.dto';
import { type SignUpField, SignUpFields } from './sign-up-fields';

/**
 * Validates a sign-up against the class of the option `users.signUp`. Whatever its validators say, the texts of its own
 * fields are bounded before these look at them, and readable: PostgreSQL fails on a text with a NUL.
 */
@Injectable()
export class SignUpPipe implements PipeTransform {
  private readonly input: InputPipe;

  constructor(
    { signUp = SignupDto }: UserModel,
    private readonly fields: SignUpFields,
  ) {
    this.input = new InputPipe(signUp);
  }

  async transform(body: unknown, parameter: ArgumentMetadata): Promise<unknown> {
    if (fieldsOf(body) !== body) return this.input.transform(body, parameter); // which refuses it
    const given: Record<string, unknown> = { ...fieldsOf(body) };
    const errors: FieldErrors = {};
    for (const field of this.fields.all) {
      const value = given[field.name];
      const problem = problemOf(field, value);
      if (problem !== null) errors[field.name] = [problem];
      // A form sends an empty field as an empty text.
      if (problem !== null || isEmpty(value)) Reflect.deleteProperty(given, field.name);
    }
    const account = await this.validated(given, parameter, errors);
    for (const { name, maxLength } of this.fields.all) {
      const value = account[name];
      if (typeof value === 'string' && Array.from(value).length > maxLength)
        errors[name] = [tooLong(maxLength)];
    }
    if (Object.keys(errors).length > 0) throw new InvalidInput(errors);
    return account;
  }

  private async validated(
    given: object,
    parameter: ArgumentMetadata,
    errors: FieldErrors,
  ): Promise<Record<string, unknown>> {
    try {
      return (await this.input.transform(given, parameter)) as Record<string, unknown>;
    } catch (error) {
      throw error instanceof InvalidInput ? new InvalidInput({ ...error.errors, ...errors }) : error;
    }
  }
}

function problemOf({ isRequired, maxLength }: SignUpField, value: unknown): string | null {
  if (isEmpty(value)) return isRequired ? REQUIRED : null;
  if (typeof value !== 'string') return null;
  if (isTooLong(value, maxLength)) return tooLong(maxLength);
  return isReadable(value) ? null : UNREADABLE;
}

/** `isBlank` takes a millisecond for the longest body. */
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && isBlank(value));
