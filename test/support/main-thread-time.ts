import { readFileSync } from 'node:fs';

/**
 * Milliseconds of CPU time of this process's main thread. Other work does not count: other programs of a
 * busy machine, hashing, the threads of SQLite.
 */
export function mainThreadTime(): number {
  if (process.platform !== 'linux') {
    const { user, system } = process.cpuUsage(); // all threads: the best approximation
    return (user + system) / 1_000;
  }
  const [nanoseconds = ''] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ');
  return Number(nanoseconds) / 1_000_000;
}

/** The minimum of several runs of `act`, so that the compiler and the garbage collector do not count. */
export async function leastMainThreadTime(act: () => Promise<unknown>, repetitions = 3): Promise<number> {
  let least = Infinity;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const before = mainThreadTime();
    await act();
    least = Math.min(least, mainThreadTime() - before);
  }
  return least;
}
