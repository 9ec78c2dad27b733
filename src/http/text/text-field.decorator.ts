import { ValidateBy, type ValidationArguments } from 'class-validator';
import { Transform } from 'class-transformer';
import { applyDecorators } from '@nestjs/common';
import { isTooLong, withLineFeeds } from './normal-form';

// Characters that no name or message needs and that cause trouble in databases, logs or terminals. Fields
// that allow line breaks and tabs check them themselves.
const CONTROL = /[^\P{Cc}\n\r\t]/u;
const LONE_SURROGATE = /\p{Cs}/u;
// White space and invisible characters: zero-width spaces and joiners, fillers, soft hyphens.
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

export const REQUIRED = 'This field is required.';
export const UNREADABLE = 'Use only characters that can be read.';
export const tooLong = (longest: number): string => `Use at most ${longest} characters.`;

export const isBlank = (text: string): boolean => BLANK.test(text);
export const isReadable = (text: string): boolean => !CONTROL.test(text) && !LONE_SURROGATE.test(text);

/** Returns messages to the user on what is wrong with a text; empty if valid. */
export type Objections = (text: string) => string[];

/**
 * A required text: one string, not blank, without control characters or lone surrogates, and without
 * objections.
 * @param longest in characters, however encoded. Longer texts never reach the objections.
 */
export function TextField(objections: Objections = () => [], longest = Infinity): PropertyDecorator {
  const problems = (value: unknown): string[] => {
    if (value === undefined || value === null) return [REQUIRED];
    if (typeof value !== 'string') return ['This field must be one text.'];
    if (isTooLong(value, longest)) return [tooLong(longest)];
    if (isBlank(value)) return [REQUIRED];
    if (!isReadable(value)) return [UNREADABLE];
    return objections(value);
  };
  return ValidateBy({
    name: 'textField',
    constraints: [longest],
    validator: {
      validate: (value) => problems(value).length === 0,
      defaultMessage: (args?: ValidationArguments) => problems(args?.value).join(' '),
    },
  });
}

export const Trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

/** A required text of several lines, the same from forms and scripts: see `TextField`. */
export const MultilineField = (objections?: Objections, longest?: number) =>
  applyDecorators(
    TextField(objections, longest),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? withLineFeeds(value) : value)),
  );
