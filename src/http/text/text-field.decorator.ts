import { ValidateBy, type ValidationArguments } from 'class-validator';
import { isTooLong } from './normal-form';

// Characters that no name or message needs and that databases, logs or terminals stumble over; line breaks and tabs
// are looked at by whoever allows them.
const CONTROL = /[^\P{Cc}\n\r\t]/u;
const LONE_SURROGATE = /\p{Cs}/u;
// White space, and what is not drawn at all: zero-width spaces and joiners, fillers, soft hyphens.
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

/** What is wrong with a text, for its author to read; nothing when it is good. */
export type Objections = (text: string) => string[];

/**
 * A required text: one string (not a list or an object), not blank, without control characters or lone surrogates, and
 * without objections of its own.
 * @param longest in characters, however they are encoded; no rule of its own sees a text that is longer in any form.
 */
export function TextField(objections: Objections = () => [], longest = Infinity): PropertyDecorator {
  const problems = (value: unknown): string[] => {
    if (value === undefined || value === null) return ['This field is required.'];
    if (typeof value !== 'string') return ['This field must be one text.'];
    if (isTooLong(value, longest)) return [`Use at most ${longest} characters.`];
    if (BLANK.test(value)) return ['This field is required.'];
    if (CONTROL.test(value) || LONE_SURROGATE.test(value)) return ['Use only characters that can be read.'];
    return objections(value);
  };
  return ValidateBy({
    name: 'textField',
    validator: {
      validate: (value) => problems(value).length === 0,
      defaultMessage: (args?: ValidationArguments) => problems(args?.value).join(' '),
    },
  });
}
