import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsEmail, Matches, MaxLength } from 'class-validator';
import { TextField } from '../../common/text-field.decorator';
import { Trimmed } from '../../common/trimmed.decorator';
import { LONGEST_TRY } from '../../passwords/password-lengths';
import { usernameObjections } from '../username';

export const UsernameField = () => applyDecorators(TextField(usernameObjections), Trimmed());

/** A password that is compared with the stored one, which another system may have set by rules of its own. */
export const CurrentPasswordField = () =>
  TextField((text) => (text.length > LONGEST_TRY ? [`Use at most ${LONGEST_TRY} characters.`] : []));

const NOT_AN_EMAIL = { message: 'Use an e-mail address such as ada@example.com.' };

/**
 * Printable ASCII only, the domain too: an address that merely looks like another one is not accepted. Nor is one with a
 * quoted part, in which RFC 5321 allows line breaks: a mail to it would carry headers of its owner's choice.
 */
export const EmailField = () =>
  applyDecorators(
    MaxLength(254, { message: 'Use at most 254 characters.' }),
    Matches(/^[!#-~]+$/, NOT_AN_EMAIL),
    IsEmail({ allow_utf8_local_part: false }, NOT_AN_EMAIL),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() || null : value)),
  );
