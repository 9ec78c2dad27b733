import { isDeepStrictEqual } from 'node:util';
import type { SessionValues } from './session-engine';

/** Own properties only: a key may be `constructor` or another name that every object inherits. */
export const ownValue = (values: SessionValues, key: string): unknown =>
  Object.hasOwn(values, key) ? values[key] : undefined;

/** Parallel changes to numbers under this key add up. */
const COUNTERS = 'counters';

/**
 * Merges the changes of one request (`base` → `mine`) into the values that another has stored meanwhile.
 *
 * Objects merge by key at every depth, so writes to different keys are all kept. Removing an object removes
 * only the keys that the request knew. If two requests write or remove one key, the later wins; numbers under
 * `counters` add up instead.
 */
export function mergeValues(base: SessionValues, mine: SessionValues, stored: SessionValues): SessionValues {
  return mergeObjects(base, mine, stored, false);
}

function mergeObjects(
  base: SessionValues,
  mine: SessionValues,
  stored: SessionValues,
  counting: boolean,
): SessionValues {
  const keys = new Set([...Object.keys(stored), ...Object.keys(mine)]);
  const merged = [...keys].map((key) => {
    const [before, own, other] = [base, mine, stored].map((values) => ownValue(values, key));
    return [key, mergeValue(before, own, other, counting || key === COUNTERS)] as const;
  });
  // `fromEntries`, because assigning `__proto__` would set the prototype.
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}

function mergeValue(base: unknown, mine: unknown, stored: unknown, counting: boolean): unknown {
  if (isDeepStrictEqual(base, mine)) return stored;
  if (counting && typeof mine === 'number') return asNumber(stored) + mine - asNumber(base);
  if (isObject(mine) && isObject(stored))
    return mergeObjects(isObject(base) ? base : {}, mine, stored, counting);
  if (mine === undefined && isObject(base) && isObject(stored)) {
    const rest = mergeObjects(base, {}, stored, counting);
    return Object.keys(rest).length > 0 ? rest : undefined;
  }
  return mine;
}

const asNumber = (value: unknown): number => (typeof value === 'number' ? value : 0);

const isObject = (value: unknown): value is SessionValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
