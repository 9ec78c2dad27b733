import { isDeepStrictEqual } from 'node:util';
import { ownValue } from './own-values';
import type { SessionValues } from './session-engine';

/** Numbers under this key of a session add up when parallel requests change them. */
const COUNTERS = 'counters';

/**
 * Merges what one request changed (`base` → `mine`) into what another stored meanwhile (`theirs`).
 *
 * Objects merge key by key at every depth, so that writes to different keys are all kept; removing an object removes
 * the keys that it had, not one that came meanwhile. Of two writes to one key the later wins, a removal too; numbers
 * under `counters` add up instead.
 */
export function mergeValues(base: SessionValues, mine: SessionValues, theirs: SessionValues): SessionValues {
  return mergeObjects(base, mine, theirs, false);
}

function mergeObjects(
  base: SessionValues,
  mine: SessionValues,
  theirs: SessionValues,
  counting: boolean,
): SessionValues {
  const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)]);
  const merged = [...keys].map((key) => {
    const [before, own, other] = [base, mine, theirs].map((values) => ownValue(values, key));
    return [key, mergeValue(before, own, other, counting || key === COUNTERS)] as const;
  });
  // Not by assignment, which would make `__proto__` the prototype.
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}

function mergeValue(base: unknown, mine: unknown, theirs: unknown, counting: boolean): unknown {
  if (isDeepStrictEqual(base, mine)) return theirs;
  if (counting && typeof mine === 'number') return asNumber(theirs) + mine - asNumber(base);
  if (isObject(mine) && isObject(theirs))
    return mergeObjects(isObject(base) ? base : {}, mine, theirs, counting);
  if (mine === undefined && isObject(base) && isObject(theirs)) {
    const rest = mergeObjects(base, {}, theirs, counting);
    return Object.keys(rest).length > 0 ? rest : undefined;
  }
  return mine;
}

const asNumber = (value: unknown): number => (typeof value === 'number' ? value : 0);

const isObject = (value: unknown): value is SessionValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
