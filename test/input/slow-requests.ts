import fc from 'fast-check';
import { leastMainThreadTime } from '../support/main-thread-time';
import type { Cast, FuzzedApp } from './fuzz-app';
import type { FuzzRequest } from './fuzz-requests';
import { slowRequests } from './fuzz-slow';

/** Milliseconds of the main thread, without hashing, for which one request may block all others. */
const LONGEST = 50;
/** After this many requests there are new users: the previous ones may have deleted themselves. */
const ACT = 100;
const TIMEOUT_MS = 60_000;

export interface Find {
  number: number;
  milliseconds: number;
  status: number;
  request: FuzzRequest;
}

/** Sends large requests one by one. @returns those that took too long on the main thread, every time. */
export async function findSlow(fuzzed: FuzzedApp, count: number, seed: number): Promise<Find[]> {
  const finds: Find[] = [];
  let cast!: Cast;
  let requests: FuzzRequest[] = [];
  for (let number = 0; number < count; number += 1) {
    if (number % ACT === 0) {
      cast = await fuzzed.cast(number);
      // In batches: all of them at once would not fit into memory.
      requests = fc.sample(slowRequests(fuzzed.routes), { numRuns: ACT, seed: seed + number });
    }
    const request = requests[number % ACT];
    let status = 0;
    const send = async () => ({ status } = await fuzzed.send(request, cast, TIMEOUT_MS));
    const once = await leastMainThreadTime(send, 1);
    // A compiler or a garbage collector may interfere: only a request that is slow again counts.
    const milliseconds = once > LONGEST ? Math.min(once, await leastMainThreadTime(send, 4)) : once;
    if (milliseconds > LONGEST) finds.push({ number, milliseconds, status, request });
  }
  return finds;
}

/** One line for each, from which it can be sent again. */
export const described = (finds: Find[], seed: number): string[] =>
  finds.map(({ number, milliseconds, status, request }) => {
    const text = JSON.stringify(request);
    const shown = text.length > 600 ? `${text.slice(0, 600)}… (${text.length})` : text;
    return `${Math.round(milliseconds)} ms, ${status}, SLOW_SEED=${seed}, request ${number}: ${shown}`;
  });
