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

/** Limits the concurrent tasks per key in this process. Further tasks queue, up to a limit. */
export class KeyedSemaphore {
  private readonly lines = new Map<string, Line>();

  /** @param mostWaiting queue length per key; further tasks are refused. */
  constructor(
    private readonly count: number,
    private readonly mostWaiting: number,
  ) {}

  /**
   * @throws Overloaded if the queue is full. Otherwise throws what the task throws; if the database is
   * unavailable, queued tasks fail with the same error.
   */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const line = this.lines.get(key) ?? { running: 0, waiting: [] };
    this.lines.set(key, line);
    if (line.running < this.count) line.running += 1;
    else if (line.waiting.length >= this.mostWaiting) throw new Overloaded(1);
    else await new Promise<void>((start, fail) => line.waiting.push({ start, fail }));
    try {
      return await task();
    } catch (error) {
      // Otherwise each of them would wait for its own timeout in turn.
      if (isDatabaseUnavailable(error)) for (const { fail } of line.waiting.splice(0)) fail(error);
      throw error;
    } finally {
      const next = line.waiting.shift();
      if (next)
        next.start(); // takes over this slot
      else if ((line.running -= 1) === 0) this.lines.delete(key);
    }
  }
}
