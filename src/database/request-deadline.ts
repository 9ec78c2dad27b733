import { AsyncLocalStorage } from 'node:async_hooks';
import { DatabaseUnavailable } from './database-unavailable';

/** Answers come within 2 s whatever the database does; the rest is for our own work, on a busy machine too. */
export const DATABASE_TIMEOUT_MS = 1_300;
/** What took no longer did not wait for anything outside: whoever waits behind it waits for us alone. */
export const QUICK_MS = 250;
const TOO_LONG = 'The database did not answer in time';

/**
 * How long one request may wait for the database, all its statements together: each could be slow without being too
 * slow. Only waiting counts, not what the request does otherwise, such as queueing for a password's hash.
 */
export class RequestDeadline {
  private static readonly ofRequest = new AsyncLocalStorage<RequestDeadline | undefined>();

  /** Nobody waits any more. */
  isClosed = false;

  private spent = 0;
  private waits = 0;
  private since = 0;

  /**
   * That of the request which is being answered. What runs on its own, or goes on after the answer, has all of it for
   * each statement.
   */
  static current(): RequestDeadline {
    const deadline = RequestDeadline.ofRequest.getStore();
    return deadline && !deadline.isClosed ? deadline : new RequestDeadline();
  }

  /** Whatever `work` begins goes on on its own, although a request may have begun it. */
  static outside<T>(work: () => T): T {
    return RequestDeadline.ofRequest.run(undefined, work);
  }

  /** Whatever `work` begins shares this deadline. */
  run<T>(work: () => T): T {
    return RequestDeadline.ofRequest.run(this, work);
  }

  /** Milliseconds, never below 0. */
  get left(): number {
    const running = this.waits > 0 ? performance.now() - this.since : 0;
    return Math.max(0, DATABASE_TIMEOUT_MS - this.spent - running);
  }

  /** Counts the time until `waiting` settles; what a request waits for at the same time counts once. */
  async track<T>(waiting: Promise<T>): Promise<T> {
    if (this.waits++ === 0) this.since = performance.now();
    try {
      return await waiting;
    } finally {
      if (--this.waits === 0) this.spent += performance.now() - this.since;
    }
  }

  /**
   * Begins something and waits for it while deadline lasts.
   * @param abandon is called if it gives up, with what it was waiting for, unless it was never begun.
   * @throws DatabaseAway
   */
  async waitFor<T>(
    begin: () => Promise<T>,
    abandon: (begun?: Promise<T>) => void = () => undefined,
  ): Promise<T> {
    if (this.left === 0) {
      abandon();
      throw new DatabaseUnavailable(TOO_LONG);
    }
    const begun = begin();
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      const look = () => {
        if (this.left > 0) {
          timer = setTimeout(look, this.left);
        } else {
          abandon(begun);
          reject(new DatabaseUnavailable(TOO_LONG));
        }
      };
      look();
    });
    return this.track(Promise.race([begun, tooLong])).finally(() => {
      clearTimeout(timer);
    });
  }

  /** The wait so far was not the database's fault. */
  extend(): void {
    this.since = performance.now();
  }
}

/** That of several requests that wait for the same. Each still counts for itself how long it has waited. */
export class JointDeadline extends RequestDeadline {
  constructor(private readonly members: readonly RequestDeadline[]) {
    super();
  }

  override extend(): void {
    super.extend();
    for (const member of this.members) member.extend();
  }
}
