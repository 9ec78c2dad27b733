import type { SessionValues } from './session-engine';

/** Own properties only: a key may be `constructor` or another name that every object inherits. */
export const ownValue = (values: SessionValues, key: string): unknown =>
  Object.hasOwn(values, key) ? values[key] : undefined;
