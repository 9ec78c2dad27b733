import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** NAME=value, optionally with `export` before it. */
const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*=(.*)$/;
/** What may follow a closing quote. */
const REST = /^\s*(#.*)?$/;
const HASH_IN_VALUE = /\S#/;
/** Invisible; some end a line in an editor but not here. */
const CONTROL_CHARACTER = /[^\P{Cc}\t]|[\u2028\u2029]/u;

/** A settings file that can be misread. */
export class EnvFileError extends Error {}

/**
 * Reads a file of `NAME=value` lines: UTF-8 or UTF-16, with or without a byte order mark.
 * @returns an empty object if the file does not exist.
 * @throws EnvFileError naming an ambiguous line, but not its value, which may be a secret.
 */
export function readEnvFile(file: string): Record<string, string | undefined> {
  if (!existsSync(file)) return {};
  const text = decode(readFileSync(file), file);
  return assignmentsIn(text.split('\n'), file);
}

/**
 * Removes a byte order mark, which would otherwise become part of the first name and hide
 * NODE_ENV=production.
 */
function decode(bytes: Buffer, file: string): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const encoding = isUtf16 ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new EnvFileError(`${file} must be saved as UTF-8`);
  }
  if (text.includes('\0')) throw new EnvFileError(`${file} must be saved as UTF-8`);
  return text.replace(/\r\n?/g, '\n');
}

/**
 * Passes one value at a time to Node's parser. With a whole file it joins a line without `=` to the next
 * name, cuts values at a `#`, and lets the last of two values win.
 */
function assignmentsIn(lines: string[], file: string): Record<string, string | undefined> {
  const assignments = new Map<string, string | undefined>();
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index].trim();
    const where = `${file}, line ${index + 1}`;
    if (CONTROL_CHARACTER.test(lines[index]))
      throw new EnvFileError(`${where} has a control character in it`);
    if (line === '' || line.startsWith('#')) continue;
    const [, name, text] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined)
      throw new EnvFileError(`${where} must be NAME=value, or begin with # as a comment`);
    const first = text.trimStart();
    let rest: string[] = [];
    if (/^["'`]/.test(first)) {
      const last = lastLineOf(first, lines, index, where);
      rest = lines.slice(index + 1, last + 1);
      index = last;
    } else if (HASH_IN_VALUE.test(line))
      throw new EnvFileError(`${where} has a # inside its value: put quotes around the value`);
    const { VALUE } = parseEnv(`VALUE=${[first, ...rest].join('\n')}`);
    if (assignments.has(name) && assignments.get(name) !== VALUE)
      throw new EnvFileError(`${where} gives ${name} another value than a line before: keep one of the two`);
    assignments.set(name, VALUE);
  }
  return Object.fromEntries(assignments);
}

/** @returns the index of the line that ends a quoted value. */
function lastLineOf(value: string, lines: string[], first: number, where: string): number {
  const quote = value[0];
  let rest = value.slice(1);
  for (let index = first; index < lines.length; rest = lines[++index] ?? '') {
    if (CONTROL_CHARACTER.test(rest)) throw new EnvFileError(`${where} has a control character in its value`);
    const end = rest.indexOf(quote);
    if (end < 0) continue;
    if (REST.test(rest.slice(end + 1))) return index;
    throw new EnvFileError(
      `${where} goes on after the closing quote: use another kind of quotes around the value`,
    );
  }
  throw new EnvFileError(`${where} has no closing quote`);
}
