import { BadRequestException } from '@nestjs/common';

/** No request body nests deeper, and recursion over a deeper value could overflow the stack. */
const DEEPEST = 32;
/** Validation time grows with the fields of each object, and with all objects, lists, fields and items. */
const MOST_FIELDS = 1_000;
const MOST_PARTS = 2_000;
/** In valid JSON: a string, with the colon that makes it a name, or a bracket or comma. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|[[{\]},]/g;

/**
 * Parses a JSON object or list that means the same to every parser.
 *
 * Besides invalid JSON, it rejects duplicate names, which parsers resolve differently (RFC 8259, 4; ASVS 5.0:
 * 1.5.3), names that reach the prototype, and more nesting or fields than any body needs.
 * @throws BadRequestException
 */
export function parseJson(text: string): object {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null)
    throw new BadRequestException('The body must be an object.');
  refuseAmbiguity(text);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body, which may contain a password.
    throw new BadRequestException('The body could not be read.');
  }
}

function refuseAmbiguity(validJson: string): void {
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
 * What `parseJson` refuses in a text, in a value that another parser has read: recursion over it could overflow the
 * stack. Only a name that stood there twice is not visible any more.
 * @throws BadRequestException
 */
export function refuseUnbounded(value: unknown): void {
  let parts = 0;
  for (let level = [value], depth = 0; level.length > 0; depth += 1) {
    const objects = level.filter((item) => typeof item === 'object' && item !== null);
    if (depth === DEEPEST && objects.length > 0)
      throw new BadRequestException('The body is nested too deeply.');
    level = objects.flatMap((object) => {
      if (!Array.isArray(object)) refuseUnsafeKeys(Object.keys(object));
      return Object.values(object) as unknown[];
    });
    parts += level.length;
    if (parts > MOST_PARTS) throw new BadRequestException('The body holds too many fields.');
  }
}

/**
 * Rejects names that every object inherits, such as `constructor` and `__proto__`. With them an attacker
 * could change the prototype of all objects, or make code call a string as a function (ASVS 5.0: 15.3.6).
 * @throws BadRequestException
 */
export function refuseUnsafeKeys(keys: string[]): void {
  if (keys.some((key) => key in Object.prototype || key === 'prototype'))
    throw new BadRequestException('The body holds a field name that is not allowed.');
}
