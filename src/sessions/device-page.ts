import { InvalidInput } from '../http/errors';
import type { Page } from '../http/page';

/** A cursor by last use, not an offset: devices come, go and change places between two pages. */
interface Position {
  lastSeenAt: number;
  id: string;
}

/**
 * @param devices in any order; the page lists the most recently used first.
 * @param cursor `nextCursor` of another page.
 * @throws InvalidInput on `cursor`
 */
export function pageOfDevices<T extends Position>(
  devices: T[],
  limit: number,
  cursor: string | undefined,
): Page<T> {
  const after = cursor === undefined ? undefined : positionOf(cursor);
  const rest = devices.filter((device) => after === undefined || order(after, device) < 0).sort(order);
  const items = rest.slice(0, limit);
  const last = rest.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last ? cursorOf(last) : null };
}

const order = (one: Position, other: Position): number =>
  other.lastSeenAt - one.lastSeenAt || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

const cursorOf = ({ lastSeenAt, id }: Position): string =>
  Buffer.from(`${lastSeenAt}.${id}`).toString('base64url');

function positionOf(cursor: string): Position {
  const [, lastSeenAt, id] =
    /^(\d{1,16})\.([\w-]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (lastSeenAt === undefined || id === undefined)
    throw new InvalidInput({ cursor: ['Use the nextCursor of another page.'] });
  return { lastSeenAt: Number(lastSeenAt), id };
}
