import { isTooLong, normalForm } from '../common/normal-form';

/** In characters. */
export const LONGEST_USERNAME = 64;
const TOO_LONG = `Use at most ${LONGEST_USERNAME} characters.`;

// The scripts in common modern use (Unicode UAX #31, table 5), and those that one language writes together.
const SCRIPTS = [
  ['Latin'],
  ['Cyrillic'],
  ['Greek'],
  ['Armenian'],
  ['Georgian'],
  ['Hebrew'],
  ['Arabic'],
  ['Thaana'],
  ['Ethiopic'],
  ['Devanagari'],
  ['Bengali'],
  ['Gurmukhi'],
  ['Gujarati'],
  ['Oriya'],
  ['Tamil'],
  ['Telugu'],
  ['Kannada'],
  ['Malayalam'],
  ['Sinhala'],
  ['Thai'],
  ['Lao'],
  ['Tibetan'],
  ['Myanmar'],
  ['Khmer'],
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Bopomofo'],
  ['Han', 'Hangul'],
];
const OF_ONE_SCRIPT = SCRIPTS.map((scripts) => {
  const letters = scripts.map((script) => `\\p{Script=${script}}`).join('');
  return new RegExp(`^[${letters}0-9._-]+$`, 'u');
});
const ALLOWED = /^[\p{L}\p{M}\p{Nd}._-]+$/u;
const NAMES_SOMEBODY = /[\p{L}\p{Nd}]/u;
// Some of them count as letters, such as the Hangul fillers: two names would look the same, or one like none at all.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/**
 * The one form of a username that must be unique: compatibility forms unified (NFKC), case folded, no space around it.
 * Upper case first: it joins letters such as ı and ß with those they are read as, which lower case alone keeps apart.
 */
export function canonicalUsername(username: string): string {
  const folded = normalForm(username.trim(), 'NFKC').toUpperCase().toLowerCase();
  // Compatibility forms can be 18 times as long. What is longer than a name only has to differ from all of them.
  return isTooLong(folded, LONGEST_USERNAME) ? folded : normalForm(folded, 'NFKC');
}

/** @returns why this cannot be a username, for its owner to read; nothing when it can. */
export function usernameObjections(username: string): string[] {
  if (isTooLong(username, LONGEST_USERNAME)) return [TOO_LONG];
  const canonical = canonicalUsername(username);
  const longest = Math.max(Array.from(username.trim()).length, Array.from(canonical).length);
  if (longest > LONGEST_USERNAME) return [TOO_LONG];
  if (!ALLOWED.test(canonical) || !NAMES_SOMEBODY.test(canonical) || INVISIBLE.test(canonical)) {
    return ['Use only letters, digits, dots, underscores and hyphens.'];
  }
  // Letters of two scripts can look like another name: аdmin with a Cyrillic а.
  if (!OF_ONE_SCRIPT.some((script) => script.test(canonical))) return ['Use letters of one script only.'];
  return [];
}
