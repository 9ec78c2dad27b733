import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { InvalidInput } from './errors';
import { parseResourceId } from './resource-id';

const LIMIT = 'Use a whole number from 1 to 100.';

/** Selects a part of a list. Keyset pagination: items added or removed meanwhile do not shift the pages. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    description: 'How many to give at most',
    minimum: 1,
    maximum: 100,
    default: 20,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: LIMIT })
  @Min(1, { message: LIMIT })
  @Max(100, { message: LIMIT })
  limit: number = 20;

  @ApiPropertyOptional({ description: 'Where to go on: `nextCursor` of the page before', example: 'NDI' })
  @IsOptional()
  @IsString({ message: 'Use one cursor.' })
  cursor?: string;

  /** The ID of the last item before this page, or undefined for the first page. @throws InvalidInput */
  get after(): number | undefined {
    if (this.cursor === undefined) return undefined;
    const id = parseResourceId(Buffer.from(this.cursor, 'base64url').toString());
    if (id === null || id === Infinity || cursorOf(id) !== this.cursor)
      throw new InvalidInput({ cursor: ['Use the nextCursor of another page.'] });
    return id;
  }
}

export interface Page<T> {
  items: T[];
  /** Null on the last page. */
  nextCursor: string | null;
}

const cursorOf = (id: number): string => Buffer.from(String(id)).toString('base64url');

/** @param rows one more than `limit` if there is a next page. */
export function pageOf<T extends { id: number }>(rows: T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last ? cursorOf(last.id) : null };
}

export function mapPage<T, U>({ items, nextCursor }: Page<T>, map: (item: T) => U): Page<U> {
  return { items: items.map(map), nextCursor };
}

/** Yields the items page by page, for callers that need a whole list. */
export async function* everyPage<T extends { id: number }>(
  list: (query: PageQuery) => Promise<Page<T>>,
): AsyncGenerator<T[]> {
  let after: number | undefined;
  do {
    const { items, nextCursor } = await list({ limit: 500, after });
    yield items;
    after = nextCursor === null ? undefined : items.at(-1)?.id;
  } while (after !== undefined);
}
