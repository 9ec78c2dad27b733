import { isTooLong, normalForm } from '../http/text/normal-form';
import { scriptObjection } from './scripts';

/** In characters. */
export const LONGEST_USERNAME = 64;
const TOO_LONG = `Use at most ${LONGEST_USERNAME} characters.`;

const ALLOWED = /^[\p{L}\p{M}\p{Nd}._-]+$/u;
const NAMES_SOMEBODY = /[\p{L}\p{Nd}]/u;
// Some of them count as letters, such as the Hangul fillers: two names would look the same, or one like none at all.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** A dot above a letter that has one already: it cannot be seen. */
const SECOND_DOT = /(\p{Soft_Dotted})\u0307/gu;

/**
 * The one form of a username that must be unique: compatibility forms unified (NFKC), case folded, no space around it.
 * Upper case first: it joins letters such as ı and ß with those they are read as, which lower case alone keeps apart.
 * I, İ, ı and i are one letter, so that a Turkish name is the same in the upper and lower case of every language.
 * @returns an empty text, which is no account's, for what is longer than any name.
 */
export function canonicalUsername(username: string): string {
  if (isTooLong(username, LONGEST_USERNAME)) return '';
  const folded = normalForm(username.trim(), 'NFKC').toUpperCase().toLowerCase();
  // Compatibility forms can be 18 times as long. What is longer than a name only has to differ from all of them.
  if (isTooLong(folded, LONGEST_USERNAME)) return folded;
  return normalForm(normalForm(folded, 'NFKC').replace(SECOND_DOT, '$1'), 'NFKC');
}

/** @returns why this cannot be a username, for its owner to read; nothing when it can. */
export function usernameObjections(username: string): string[] {
  if (isTooLong(username, LONGEST_USERNAME)) return [TOO_LONG];
  const canonical = canonicalUsername(username);
  const longest = Math.max(Array.from(username.trim()).length, Array.from(canonical).length);
  if (longest > LONGEST_USERNAME) return [TOO_LONG];
  if (!ALLOWED.test(canonical) || INVISIBLE.test(canonical)) {
    return ['Use only letters, digits, dots, underscores and hyphens.'];
  }
  if (!NAMES_SOMEBODY.test(canonical)) return ['Use at least one letter or digit.'];
  // Letters of two scripts can look like another name: аdmin with a Cyrillic а.
  const objection = scriptObjection(canonical);
  return objection === null ? [] : [objection];
}
