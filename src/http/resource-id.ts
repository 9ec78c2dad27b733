import { Injectable, NotFoundException, type PipeTransform } from '@nestjs/common';

const DECIMAL = /^(0|[1-9]\d*)$/;
/** The largest ID that a column of either database can hold (PostgreSQL's integer). */
const LARGEST = 2 ** 31 - 1;

/**
 * An ID as it stands in a path: one plain decimal spelling, so that a resource has one address.
 * @returns the number, or null for anything else (`abc`, `-1`, `1.0`, `0x1`, `01`). A decimal that no column can
 * hold gives Infinity: well-formed, and equal to no ID.
 */
export function parseResourceId(text: unknown): number | null {
  if (typeof text !== 'string' || !DECIMAL.test(text)) return null;
  const id = Number(text);
  return id <= LARGEST ? id : Infinity;
}

/** Whether a value from anywhere (a stored session, say) can be the ID of a row. */
export function isResourceId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= LARGEST;
}

/** Turns a path parameter into an ID that a database can look up; anything else is a page that does not exist. */
@Injectable()
export class ResourceIdPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    const id = parseResourceId(value);
    if (id === null || id === Infinity) throw new NotFoundException();
    return id;
  }
}
