import { isTooLong, normalForm } from '../http/text/normal-form';
import { scriptObjection } from './scripts';

/** In characters. */
export const LONGEST_USERNAME = 64;
const TOO_LONG = `Use at most ${LONGEST_USERNAME} characters.`;

const ALLOWED = /^[\p{L}\p{M}\p{Nd}._-]+$/u;
const HAS_LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;
// Some invisible characters count as letters, such as the Hangul fillers. A name could look empty or like
// another.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** A dot above a letter that already has one: it is invisible. */
const SECOND_DOT = /(\p{Soft_Dotted})\u0307/gu;

/**
 * The canonical form of a username, which must be unique: NFKC, case-folded, trimmed. Upper case first: it
 * unifies letters such as ı and ß with how they are read, which lower case alone keeps apart. I, İ, ı and i
 * become one letter, so a Turkish name is the same in upper and lower case in every language.
 * @returns an empty string, which no account has, if it is longer than any name.
 */
export function canonicalUsername(username: string): string {
  if (isTooLong(username, LONGEST_USERNAME)) return '';
  const folded = normalForm(username.trim(), 'NFKC').toUpperCase().toLowerCase();
  // Compatibility forms can be 18 times as long. A text longer than any name only has to differ from all of
  // them.
  if (isTooLong(folded, LONGEST_USERNAME)) return folded;
  return normalForm(normalForm(folded, 'NFKC').replace(SECOND_DOT, '$1'), 'NFKC');
}

/** @returns why it is not a valid username, as messages to its owner; empty if valid. */
export function usernameObjections(username: string): string[] {
  if (isTooLong(username, LONGEST_USERNAME)) return [TOO_LONG];
  const canonical = canonicalUsername(username);
  const longest = Math.max(Array.from(username.trim()).length, Array.from(canonical).length);
  if (longest > LONGEST_USERNAME) return [TOO_LONG];
  if (!ALLOWED.test(canonical) || INVISIBLE.test(canonical)) {
    return ['Use only letters, digits, dots, underscores and hyphens.'];
  }
  if (!HAS_LETTER_OR_DIGIT.test(canonical)) return ['Use at least one letter or digit.'];
  // Mixed scripts can imitate another name: аdmin with a Cyrillic а.
  const objection = scriptObjection(canonical);
  return objection === null ? [] : [objection];
}
