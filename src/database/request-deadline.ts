import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import { fromSource, sourceOf } from '../http/request-source';
import { isSafeMethod } from '../http/page-request';
import type { RequestContext, ResponseContext } from '../http/request-context';
import { DatabaseUnavailable } from './database-unavailable';

/**
 * Responses take at most 2 s, whatever the database does; the rest is for the application on a busy machine.
 */
export const DATABASE_TIMEOUT_MS = 1_300;
/** A task this quick did not wait for anything external, so waiting behind it is not the database's fault. */
export const QUICK_MS = 250;
const TOO_LONG = 'The database did not answer in time';

/**
 * How long one request may wait for the database in total. One limit per statement would not bound the sum.
 * Only waiting for the database counts, not other work such as queueing for a password hash.
 */
export class RequestDeadline {
  private static readonly ofRequest = new AsyncLocalStorage<RequestDeadline | undefined>();

  /** Set when the request has been answered. */
  isClosed = false;

  private spent = 0;
  private waits = 0;
  private since = 0;

  /**
   * The deadline of the current request. Work outside a request, or after its response, has the full time for
   * each statement.
   */
  static current(): RequestDeadline {
    const deadline = RequestDeadline.ofRequest.getStore();
    return deadline && !deadline.isClosed ? deadline : new RequestDeadline();
  }

  /** Runs `work` without the request's deadline, even if a request started it. */
  static outside<T>(work: () => T): T {
    return RequestDeadline.ofRequest.run(undefined, work);
  }

  /** Runs `work` under this deadline. */
  run<T>(work: () => T): T {
    return RequestDeadline.ofRequest.run(this, work);
  }

  /** Milliseconds, never negative. */
  get left(): number {
    const running = this.waits > 0 ? performance.now() - this.since : 0;
    return Math.max(0, DATABASE_TIMEOUT_MS - this.spent - running);
  }

  /** Counts the time until `waiting` settles. Concurrent waits of a request count once. */
  async track<T>(waiting: Promise<T>): Promise<T> {
    if (this.waits++ === 0) this.since = performance.now();
    try {
      return await waiting;
    } finally {
      if (--this.waits === 0) this.spent += performance.now() - this.since;
    }
  }

  /**
   * Starts something and waits for it until the deadline.
   * @param abandon is called on timeout with the pending promise, or with nothing if `begin` was never
   * called.
   * @throws DatabaseUnavailable
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

  /** Resets the current wait: the database was not its cause. */
  extend(): void {
    this.since = performance.now();
  }
}

/** The deadline of several requests that wait for the same result. Each request still counts its own wait. */
export class JointDeadline extends RequestDeadline {
  constructor(private readonly members: readonly RequestDeadline[]) {
    super();
  }

  override extend(): void {
    super.extend();
    for (const member of this.members) member.extend();
  }
}

/** Gives all later code the request's database deadline and its source. */
@Injectable()
export class RequestContextMiddleware implements NestMiddleware {
  use({ method, ip }: RequestContext, response: ResponseContext, next: () => void): void {
    const deadline = new RequestDeadline();
    response.once('close', () => (deadline.isClosed = true));
    deadline.run(() => {
      // Only requests that may change something queue, and only queues need the source.
      if (isSafeMethod(method)) next();
      else fromSource(sourceOf(ip), next);
    });
  }
}
