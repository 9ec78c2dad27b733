/** In characters. */
const LONGEST_TEXT = 100;
const MOST_NAMES = 20;

/** Characters that terminals obey or hide: controls, format characters, lone surrogates, line separators. */
const CONTROL_CHARACTERS = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Escapes terminal control characters (CWE-150), but keeps our own line breaks. */
export function printable(text: string): string {
  return text.replace(CONTROL_CHARACTERS, (it) =>
    it === '\n' ? it : `\\u{${it.codePointAt(0)?.toString(16)}}`,
  );
}

/** Quotes untrusted text on one line and truncates it. */
export function quoted(text: string): string {
  const shown = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return printable(JSON.stringify(shown));
}

/** Lists untrusted names. Quotes only those with special characters. */
export function namesOf(names: string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => (/^[\w-]{1,100}$/.test(name) ? name : quoted(name)));
  const left = names.length - shown.length;
  return left > 0 ? `${shown.join(', ')}, and ${left} more` : shown.join(', ');
}

/** A command refuses its input or finds a problem. The operator sees the message, and the exit code is 1. */
export class CommandFailure extends Error {}
