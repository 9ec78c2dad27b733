import { type RequestDeadline, QUICK_MS } from './request-deadline';

/** Lets one task run at a time, in the order they came. */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();
  private readonly waiting = new Set<{ deadline: RequestDeadline }>();

  /** @throws DatabaseAway when its turn does not come while deadline lasts: the task never begins then. */
  async run<T>(task: () => Promise<T>, deadline: RequestDeadline): Promise<T> {
    const finish = await this.myTurn(deadline);
    const begin = performance.now();
    try {
      const result = await deadline.track(task());
      if (performance.now() - begin <= QUICK_MS) this.moveOn();
      return result;
    } finally {
      finish();
    }
  }

  /** Resolves when all tasks that came before are done. */
  async settled(): Promise<void> {
    await this.last;
  }

  private async myTurn(deadline: RequestDeadline): Promise<() => void> {
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

  /** A long queue is no reason to give up while it moves quickly. */
  private moveOn(): void {
    for (const { deadline } of this.waiting) deadline.extend();
  }

  /** @returns what ends the turn. */
  private turn(): Promise<() => void> {
    const before = this.last;
    let finish: () => void = () => undefined;
    this.last = new Promise<void>((resolve) => (finish = resolve));
    return before.then(() => finish);
  }
}
