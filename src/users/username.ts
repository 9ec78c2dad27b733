const LONGEST = 64;

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
  return username.trim().normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

/** @returns why this cannot be a username, for its owner to read; nothing when it can. */
export function usernameObjections(username: string): string[] {
  const canonical = canonicalUsername(username);
  if (Array.from(username.trim()).length > LONGEST || Array.from(canonical).length > LONGEST) {
    return [`Use at most ${LONGEST} characters.`];
  }
  if (!ALLOWED.test(canonical) || !NAMES_SOMEBODY.test(canonical) || INVISIBLE.test(canonical)) {
    return ['Use only letters, digits, dots, underscores and hyphens.'];
  }
  // Letters of two scripts can look like another name: аdmin with a Cyrillic а.
  if (!OF_ONE_SCRIPT.some((script) => script.test(canonical))) return ['Use letters of one script only.'];
  return [];
}
