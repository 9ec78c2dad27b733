import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** NAME=value, with `export` in front or not. */
const ASSIGNMENT = /^(?:export\s+)?[A-Za-z_][\w.-]*\s*=(.*)$/;
/** What may follow a closing quote. */
const REST = /^\s*(#.*)?$/;
const HASH_IN_VALUE = /\S#/;

/** A file of settings that would be read in another way than it is meant. */
export class EnvFileError extends Error {}

/**
 * Reads a file of `NAME=value` lines: UTF-8 or UTF-16, with a byte order mark or without.
 * @returns nothing where there is no such file.
 * @throws EnvFileError naming the line that could be read in two ways; never its value, which may be a secret.
 */
export function readEnvFile(file: string): Record<string, string | undefined> {
  if (!existsSync(file)) return {};
  const text = decode(readFileSync(file), file);
  checkLines(text.split('\n'), file);
  return parseEnv(text);
}

/** A byte order mark that stays would become part of the first name: NODE_ENV=production would be no setting of ours. */
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

/** Node's own parser takes a line without `=` for a part of the next name, and cuts values at a `#`. */
function checkLines(lines: string[], file: string): void {
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index].trim();
    if (line === '' || line.startsWith('#')) continue;
    const where = `${file}, line ${index + 1}`;
    const value = ASSIGNMENT.exec(line)?.[1]?.trimStart();
    if (value === undefined)
      throw new EnvFileError(`${where} must be NAME=value, or begin with # as a comment`);
    if (/^["'`]/.test(value)) index = lastLineOf(value, lines, index, where);
    else if (HASH_IN_VALUE.test(line))
      throw new EnvFileError(`${where} has a # inside its value: put quotes around the value`);
  }
}

/** @returns the index of the line that ends a quoted value. */
function lastLineOf(value: string, lines: string[], first: number, where: string): number {
  const quote = value[0];
  let rest = value.slice(1);
  for (let index = first; index < lines.length; rest = lines[++index] ?? '') {
    const end = rest.indexOf(quote);
    if (end < 0) continue;
    if (REST.test(rest.slice(end + 1))) return index;
    throw new EnvFileError(
      `${where} goes on after the closing quote: use another kind of quotes around the value`,
    );
  }
  throw new EnvFileError(`${where} has no closing quote`);
}
