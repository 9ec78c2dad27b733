/**
 * The most UTF-16 units that can form one NFC character (U+16126 of Gurung Khema: three letters of two
 * units).
 */
const UNITS_PER_CHARACTER = 6;
/** Takes a millisecond at worst; 100 kB would take seconds. */
const LONGEST_NORMALIZED = 1_024;

/**
 * Whether a text has more than this many characters in any form, judged by its raw length. Check this first:
 * the time of normalisation grows with the square of the number of consecutive combining marks.
 */
export const isTooLong = (text: string, characters: number): boolean =>
  text.length > characters * UNITS_PER_CHARACTER;

/**
 * The only caller of `normalize`: unbounded text from an attacker would block the process for seconds.
 * @throws RangeError for a text that `isTooLong` should have rejected.
 */
export function normalForm(text: string, form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): string {
  if (text.length > LONGEST_NORMALIZED) throw new RangeError('A text came to be normalised unbounded');
  return text.normalize(form);
}

/** Forms send CRLF (HTML), scripts LF. Without this, one text would differ in length and content. */
export const withLineFeeds = (text: string): string => text.replace(/\r\n?/g, '\n');
