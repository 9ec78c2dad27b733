import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsEmail, MaxLength } from 'class-validator';
import { TextField } from '../../common/text-field.decorator';
import { Trimmed } from '../../common/trimmed.decorator';
import { usernameObjections } from '../username';

export const UsernameField = () => applyDecorators(TextField(usernameObjections), Trimmed());

/** ASCII only: an address that merely looks like another one is not accepted. */
export const EmailField = () =>
  applyDecorators(
    MaxLength(254, { message: 'Use at most 254 characters.' }),
    IsEmail({ allow_utf8_local_part: false }, { message: 'Use an e-mail address such as ada@example.com.' }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() || null : value)),
  );
