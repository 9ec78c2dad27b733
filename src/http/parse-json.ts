import { BadRequestException } from '@nestjs/common';

/** No body of ours nests; beyond this, whoever walks through a value by recursion could run out of stack. */
const DEEPEST = 32;
/** Validation takes its time for each field of an object, and for each object, list, field and item of the whole body. */
const MOST_FIELDS = 1_000;
const MOST_PARTS = 2_000;
/** In valid JSON: a string, with the colon that makes it a name, or where an object, a list or its next member begins or ends. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|[[{\]},]/g;

/**
 * Reads a JSON object or list that means the same to every reader.
 *
 * Refused beside broken JSON: a name that one object has twice, of which every reader picks another (RFC 8259, 4; ASVS
 * 5.0: 1.5.3), names that reach the prototype, and more nesting or fields of one object than any body needs.
 * @throws BadRequestException
 */
export function parseJson(text: string): object {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null)
    throw new BadRequestException('The body must be an object.');
  refuseTreachery(text);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the body, where a password may stand.
    throw new BadRequestException('The body could not be read.');
  }
}

function refuseTreachery(validJson: string): void {
  const open: Set<string>[] = [];
  let parts = 0;
  for (const [token, string, colon] of validJson.matchAll(TOKEN)) {
    if (colon !== undefined) refuseKey(JSON.parse(string) as string, open.at(-1));
    else if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    if (token === '{' || token === '[' || token === ',') parts += 1;
    if (parts > MOST_PARTS) throw new BadRequestException('The body holds too many fields.');
    if (open.length > DEEPEST) throw new BadRequestException('The body is nested too deeply.');
  }
}

function refuseKey(key: string, siblings = new Set<string>()): void {
  refuseUnsafeKeys([key]);
  if (siblings.has(key)) throw new BadRequestException('The body holds a field twice.');
  siblings.add(key);
  if (siblings.size > MOST_FIELDS) throw new BadRequestException('The body holds too many fields.');
}

/**
 * Refuses the names that every object has already, such as `constructor` and `__proto__`: careless code would reach the
 * prototype of all objects by them, or call a text as a function (ASVS 5.0: 15.3.6).
 * @throws BadRequestException
 */
export function refuseUnsafeKeys(keys: string[]): void {
  if (keys.some((key) => key in Object.prototype || key === 'prototype'))
    throw new BadRequestException('The body holds a field name that is not allowed.');
}
