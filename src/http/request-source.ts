import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/** The throttle's source of the current request, or empty outside a request. */
export const requestSource = (): string => current.getStore() ?? '';

/** Runs `work` with this source. */
export function fromSource<T>(source: string, work: () => T): T {
  return current.run(source, work);
}
