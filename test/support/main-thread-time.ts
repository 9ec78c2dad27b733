import { readFileSync } from 'node:fs';

/**
 * Milliseconds of CPU that the main thread of this process has used. What runs beside it does not count: other
 * programs of a busy machine, hashing, the threads of SQLite.
 */
export function mainThreadTime(): number {
  if (process.platform !== 'linux') {
    const { user, system } = process.cpuUsage(); // all threads: the nearest there is
    return (user + system) / 1_000;
  }
  const [nanoseconds = ''] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ');
  return Number(nanoseconds) / 1_000_000;
}

/** The least that `act` takes of the main thread: the compiler and the garbage collector do not count each time. */
export async function leastMainThreadTime(act: () => Promise<unknown>, repetitions = 3): Promise<number> {
  let least = Infinity;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const before = mainThreadTime();
    await act();
    least = Math.min(least, mainThreadTime() - before);
  }
  return least;
}
