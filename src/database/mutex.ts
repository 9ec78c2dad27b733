import { type RequestDeadline, QUICK_MS } from './request-deadline';

/** Runs one task at a time, in order of arrival. */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();
  private readonly waiting = new Set<{ deadline: RequestDeadline }>();

  /** @throws DatabaseUnavailable if the deadline passes before its turn; it then never starts the task. */
  async run<T>(task: () => Promise<T>, deadline: RequestDeadline): Promise<T> {
    const finish = await this.waitForSlot(deadline);
    const begin = performance.now();
    try {
      const result = await deadline.track(task());
      if (performance.now() - begin <= QUICK_MS) this.moveOn();
      return result;
    } finally {
      finish();
    }
  }

  /** Resolves when all earlier tasks are done. */
  async settled(): Promise<void> {
    await this.last;
  }

  private async waitForSlot(deadline: RequestDeadline): Promise<() => void> {
    const place = { deadline };
    this.waiting.add(place);
    try {
      return await deadline.waitFor(
        () => this.turn(),
        (late) => void late?.then((finish) => finish()),
      );
    } finally {
      this.waiting.delete(place);
    }
  }

  /** While the queue moves quickly, its length must not use up the deadlines. */
  private moveOn(): void {
    for (const { deadline } of this.waiting) deadline.extend();
  }

  /** @returns a function that ends the turn. */
  private turn(): Promise<() => void> {
    const before = this.last;
    let finish: () => void = () => undefined;
    this.last = new Promise<void>((resolve) => (finish = resolve));
    return before.then(() => finish);
  }
}
