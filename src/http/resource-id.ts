import { Injectable, NotFoundException, type PipeTransform } from '@nestjs/common';

const DECIMAL = /^(0|[1-9]\d*)$/;
/** The largest ID that both databases can store (PostgreSQL's integer). */
const LARGEST = 2 ** 31 - 1;

/**
 * Parses an ID in a path. It accepts only the plain decimal form, so a resource has one address.
 * @returns the number, or null for anything else (`abc`, `-1`, `1.0`, `0x1`, `01`). A decimal too large for a
 * column gives Infinity: well-formed, but equal to no ID.
 */
export function parseResourceId(text: unknown): number | null {
  if (typeof text !== 'string' || !DECIMAL.test(text)) return null;
  const id = Number(text);
  return id <= LARGEST ? id : Infinity;
}

/** Whether an untrusted value, such as one in a stored session, can be the ID of a row. */
export function isResourceId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= LARGEST;
}

/**
 * A path parameter as an ID that fits a database column.
 * @throws NotFoundException for anything else: a malformed ID matches no resource and reaches no database.
 */
export function requireResourceId(value: unknown): number {
  const id = parseResourceId(typeof value === 'number' ? String(value) : value);
  if (id === null || id === Infinity) throw new NotFoundException();
  return id;
}

/** Parses a path parameter into an ID that fits a database column. Anything else gets 404. */
@Injectable()
export class ResourceIdPipe implements PipeTransform<string | number, number> {
  /** @param value a number if a global ValidationPipe of the application has transformed it */
  transform(value: string | number): number {
    return requireResourceId(value);
  }
}
