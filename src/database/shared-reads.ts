import { JointDeadline, RequestDeadline } from './request-deadline';

type Value = string | number;
type Run = (sql: string, parameters: readonly Value[]) => Promise<unknown[]>;

interface Waiting {
  readonly reading: Promise<unknown[]>;
  readonly deadlines: RequestDeadline[];
}

/**
 * Lets concurrent requests that ask for the same rows share one statement. A request never joins a statement that has
 * already begun: it might not see what was written just before.
 */
export class SharedReads {
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly run: Run) {}

  read(sql: string, parameters: readonly Value[]): Promise<unknown[]> {
    const key = JSON.stringify([sql, parameters]);
    const deadline = RequestDeadline.current();
    const others = this.waiting.get(key);
    if (others) {
      others.deadlines.push(deadline);
      return others.reading;
    }
    const deadlines = [deadline];
    const begin = async () => {
      await endOfTurn();
      this.waiting.delete(key);
      return new JointDeadline(deadlines).run(() => this.run(sql, parameters));
    };
    const reading = begin();
    this.waiting.set(key, { reading, deadlines });
    return reading;
  }
}

/** By then, all requests that have arrived together have asked. */
const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
