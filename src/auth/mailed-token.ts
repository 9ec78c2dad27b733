import { applyDecorators, type PipeTransform } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { TextField } from '../http/text/text-field.decorator';

/** 43 base64url characters. Mail clients may append punctuation or spaces to a link: `.`, `>`, `)`. */
const MAILED = /^([\w-]{43})(?![\w-])/;

/** Extracts the token from the end of a link. Without a token it returns the text, which matches no token. */
export const mailedToken = (text: string): string => MAILED.exec(text)?.[1] ?? text;

/** For the last path segment of a mailed link. */
export class MailedTokenPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    return mailedToken(text);
  }
}

/** For an API request body. */
export const MailedTokenField = () =>
  applyDecorators(
    ApiProperty({
      example: 'Zt4yQnT0vUe0oE9c1nGxWq3bq0m2yY1r5s7uKp8dLhA',
      description: 'The end of the mailed link',
    }),
    TextField(),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? mailedToken(value) : value)),
  );
