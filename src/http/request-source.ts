import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/** Where the request that is being answered comes from, as the throttle counts it; empty for our own work. */
export const requestSource = (): string => current.getStore() ?? '';

/** Whatever `work` begins comes from this source. */
export function fromSource<T>(source: string, work: () => T): T {
  return current.run(source, work);
}
