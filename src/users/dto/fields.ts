import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import { TextField, Trimmed } from '../../http/text/text-field.decorator';
import { LONGEST_TRY } from '../../auth/passwords/password-digest';
import { emailObjection } from '../email';
import { usernameObjections } from '../username';

export const UsernameField = () => applyDecorators(TextField(usernameObjections), Trimmed());

/**
 * A password to compare with the stored one. An import may have brought it from a system with other rules.
 */
export const CurrentPasswordField = () =>
  TextField((text) => (text.length > LONGEST_TRY ? [`Use at most ${LONGEST_TRY} characters.`] : []));

/** See `emailObjection`. An empty field means no address. */
export const EmailField = () =>
  applyDecorators(
    ValidateBy({
      name: 'emailField',
      validator: {
        validate: (value) => emailObjection(value) === null,
        defaultMessage: (args?: ValidationArguments) => emailObjection(args?.value) ?? '',
      },
    }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() || null : value)),
  );
