import type { SessionValues } from './session-engine';

/** What an object holds itself: `constructor` and its like are names as any other, though every object inherits them. */
export const ownValue = (values: SessionValues, key: string): unknown =>
  Object.hasOwn(values, key) ? values[key] : undefined;
