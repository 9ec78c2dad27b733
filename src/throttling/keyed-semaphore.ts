import { Overloaded } from '../http/errors';
import { isDatabaseUnavailable } from '../database/database-unavailable';

interface Waiting {
  start: () => void;
  fail: (error: unknown) => void;
}

interface Line {
  running: number;
  waiting: Waiting[];
}

/** Lets so many tasks of one key run at a time in this process; some more wait in line. */
export class KeyedSemaphore {
  private readonly lines = new Map<string, Line>();

  /** @param mostWaiting of one key; what comes then is refused. */
  constructor(
    private readonly count: number,
    private readonly mostWaiting: number,
  ) {}

  /** @throws Overloaded when too many wait. Throws what the task throws, or at once with those in front when the database does not answer them. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const line = this.lines.get(key) ?? { running: 0, waiting: [] };
    this.lines.set(key, line);
    if (line.running < this.count) line.running += 1;
    else if (line.waiting.length >= this.mostWaiting) throw new Overloaded(1);
    else await new Promise<void>((start, fail) => line.waiting.push({ start, fail }));
    try {
      return await task();
    } catch (error) {
      // Each of them would wait as long in vain, one after the other.
      if (isDatabaseUnavailable(error)) for (const { fail } of line.waiting.splice(0)) fail(error);
      throw error;
    } finally {
      const next = line.waiting.shift();
      if (next)
        next.start(); // takes over this place
      else if ((line.running -= 1) === 0) this.lines.delete(key);
    }
  }
}
