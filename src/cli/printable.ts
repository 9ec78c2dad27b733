/** In characters. */
const LONGEST_TEXT = 100;
const MOST_NAMES = 20;

/** What a terminal would obey, or would not show: controls, format characters, half characters, line separators. */
const STEERS = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A text whose lines are ours, without what would steer a terminal (CWE-150). */
export function printable(text: string): string {
  return text.replace(STEERS, (it) => (it === '\n' ? it : `\\u{${it.codePointAt(0)?.toString(16)}}`));
}

/** A text that others have written: quoted, on one line, and bounded. */
export function quoted(text: string): string {
  const shown = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return printable(JSON.stringify(shown));
}

/** Names that others have chosen, with quotation marks only where one is not plain. */
export function namesOf(names: string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => (/^[\w-]{1,100}$/.test(name) ? name : quoted(name)));
  const left = names.length - shown.length;
  return left > 0 ? `${shown.join(', ')}, and ${left} more` : shown.join(', ');
}
