/**
 * The most UTF-16 units that one character of NFC can be typed with (U+16126 of Gurung Khema: three letters of two units).
 */
const UNITS_PER_CHARACTER = 6;
/** Takes a millisecond at worst; 100 kB take seconds. */
const LONGEST_NORMALIZED = 1_024;

/**
 * Whether a text has more than so many characters whatever its form, by its raw length. Ask this first: what
 * normalisation costs grows with the square of the number of combining marks in a row.
 */
export const isTooLong = (text: string, characters: number): boolean =>
  text.length > characters * UNITS_PER_CHARACTER;

/**
 * The only call of `normalize`: a stranger's text that no caller has bounded would stop the process for seconds.
 * @throws RangeError for what `isTooLong` should have refused.
 */
export function normalForm(text: string, form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): string {
  if (text.length > LONGEST_NORMALIZED) throw new RangeError('A text came to be normalised unbounded');
  return text.normalize(form);
}
