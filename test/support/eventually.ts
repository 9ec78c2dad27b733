import { setTimeout as delay } from 'node:timers/promises';

/** Waits until this holds; fails with the last value. */
export async function eventually<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`Still not: ${JSON.stringify(seen)}`);
    await delay(20);
  }
}
