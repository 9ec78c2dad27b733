/*
 * Which letters may be combined in a name: UTS 39, 5.2, "Highly Restrictive", with the scripts that UAX 31
 * recommends (table 5). Uses Script_Extensions: ー belongs to Hiragana and Katakana, although its Script is
 * Common.
 */

// Accents above and below that these scripts may use (Identifier_Status=Allowed in UTS 39), except those that
// strike a letter through.
const ACCENTED = ['Latin', 'Cyrillic', 'Greek'];
const ACCENTS =
  '\\u0300-\\u0304\\u0306-\\u030c\\u030f-\\u0311\\u0313\\u0314\\u031b\\u0323-\\u0328\\u032d\\u032e\\u0330\\u0331\\u0342\\u0345';
/** The okina, and the apostrophe that is a letter. */
const APOSTROPHES = '\\u02bb\\u02bc';

const SCRIPTS = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
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
];

/** Marks shared by many scripts would count as Latin letters, so only ACCENTS are allowed. */
function charactersOf(script: string): string {
  if (!ACCENTED.includes(script)) return `\\p{scx=${script}}`;
  return `(?!\\p{M})\\p{scx=${script}}|\\p{Script=${script}}|[${ACCENTS}${APOSTROPHES}]`;
}

const OF_ONE_WRITING = SCRIPTS.map(
  (scripts) => new RegExp(`^(?:${scripts.map(charactersOf).join('|')}|[0-9._-])+$`, 'u'),
);
/** On no letter, or so many that they overlap other lines. */
const STRAY_ACCENT = new RegExp(
  `(?:^|[^\\p{L}${ACCENTS}])[${ACCENTS}]|[${ACCENTS}]{3}|([${ACCENTS}])\\1`,
  'u',
);

/**
 * Small capitals and phonetic symbols, which skeletons do not cover: ᴘ looks like p. Letters of living
 * orthographies, such as ɓ, ɛ and ŋ, have a capital; these have none. UTS 39 calls them Technical or
 * Obsolete, all but the two exceptions; ʀ has a capital, but a rare one.
 */
const PHONETIC =
  /(?![ĸϼ]|\p{Changes_When_Uppercased})(?=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{Ll}|ʀ/u;

const isOfOneWriting = (text: string): boolean => OF_ONE_WRITING.some((writing) => writing.test(text));

const foreignIn = (text: string): string | undefined =>
  Array.from(text).find((character) => !isOfOneWriting(character));

/** Whether letters of supported scripts are mixed suspiciously: exаmple with a Cyrillic а. */
export function isMixed(text: string): boolean {
  return !isOfOneWriting(text) && foreignIn(text) === undefined;
}

/**
 * @param name in its canonical form, of letters, marks, digits and `._-`.
 * @returns why its letters are not allowed alone or together, or null.
 */
export function scriptObjection(name: string): string | null {
  if (STRAY_ACCENT.test(name)) return 'Use accents only on letters, two on one at most.';
  const [sign] = PHONETIC.exec(name) ?? [];
  if (sign !== undefined)
    return `“${sign}” is a sign of phonetics or a small capital, which no language is written with.`;
  if (isOfOneWriting(name)) return null;
  const foreign = foreignIn(name);
  if (foreign === undefined) return 'Use letters of one script only.';
  if (/\p{M}/u.test(foreign)) return 'Use only accents that are written on letters of their script.';
  return `“${foreign}” is from a script that is not supported. Use, for example, Latin, Arabic, Devanagari or Han letters.`;
}
