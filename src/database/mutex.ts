import { type RequestDeadline, QUICK_MS } from './request-deadline';

interface Place {
  deadline: RequestDeadline;
  /** Grows with each place. */
  ticket: number;
  begin: () => void;
}

/** Runs one task at a time, in order of arrival. */
export class Mutex {
  private readonly waiting = new Set<Place>();
  /** Those that wait for the queue to move on, whether or not they still stand in it. */
  private readonly delayed = new Set<{ deadline: RequestDeadline }>();
  private readonly settling: (() => void)[] = [];
  private tickets = 0;
  private isTaken = false;

  /** The last ticket given out. */
  get lastTicket(): number {
    return this.tickets;
  }

  /** Who takes the next turn, or undefined if nobody waits. Certain until the running task ends. */
  get nextTicket(): number | undefined {
    const [next] = this.waiting;
    return (next as Place | undefined)?.ticket;
  }

  /** @throws DatabaseUnavailable if the deadline passes before its turn; it then never starts the task. */
  async run<T>(task: () => Promise<T>, deadline: RequestDeadline): Promise<T> {
    await this.takeTurn(deadline);
    const begin = performance.now();
    try {
      const result = await deadline.track(task());
      if (performance.now() - begin <= QUICK_MS) this.moveOn();
      return result;
    } finally {
      this.passOn();
    }
  }

  /** Waits for something that later tasks do. Like a place in the queue, it costs no time while they are quick. */
  async waitFor<T>(done: Promise<T>, deadline: RequestDeadline): Promise<T> {
    const wait = { deadline };
    this.delayed.add(wait);
    try {
      return await deadline.track(done);
    } finally {
      this.delayed.delete(wait);
    }
  }

  /** Resolves when no task runs or waits. */
  async settled(): Promise<void> {
    if (this.isTaken) await new Promise<void>((resolve) => this.settling.push(resolve));
  }

  private async takeTurn(deadline: RequestDeadline): Promise<void> {
    if (!this.isTaken && deadline.left > 0) {
      this.isTaken = true;
      return;
    }
    const place: Place = { deadline, ticket: 0, begin: () => undefined };
    const stand = (begin: () => void) => {
      Object.assign(place, { begin, ticket: ++this.tickets });
      this.waiting.add(place);
      this.delayed.add(place);
    };
    try {
      await deadline.waitFor(
        () => new Promise<void>(stand),
        () => this.waiting.delete(place),
      );
    } finally {
      this.delayed.delete(place);
    }
  }

  private passOn(): void {
    const [next] = this.waiting;
    if (next) {
      this.waiting.delete(next);
      next.begin();
      return;
    }
    this.isTaken = false;
    for (const resolve of this.settling.splice(0)) resolve();
  }

  /** While the queue moves quickly, its length must not use up the deadlines. */
  private moveOn(): void {
    for (const { deadline } of this.delayed) deadline.extend();
  }
}
