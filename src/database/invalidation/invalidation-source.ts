import type { Transaction } from '../transaction';

/** A cache that drops the entries outdated by a committed write. */
export interface InvalidationListener {
  /** @param cacheKey `user:7` or `session:HASH`, as the triggers of the two tables write it. */
  invalidate(cacheKey: string): void;
  invalidateAll(): void;
}

/**
 * Invalidates this process's cache when a user or a live session changes, whether through this process,
 * another instance, the command line or hand-written SQL. Triggers on the two tables record every change, so
 * no write has to report it.
 */
export abstract class InvalidationSource {
  private readonly listeners = new Set<InvalidationListener>();

  subscribe(listener: InvalidationListener): void {
    this.listeners.add(listener);
  }

  /** True once every commit before this call has invalidated the cache. False: bypass the cache. */
  abstract isFresh(): Promise<boolean>;

  /**
   * Invalidates an entry in every process although no row has changed: session values can be outside the
   * database. Takes effect when the transaction commits.
   */
  abstract publish(transaction: Transaction, cacheKey: string): Promise<void>;

  abstract close(): Promise<void>;

  protected invalidate(cacheKey: string): void {
    for (const listener of this.listeners) listener.invalidate(cacheKey);
  }

  protected invalidateAll(): void {
    for (const listener of this.listeners) listener.invalidateAll();
  }
}

/**
 * Shares one run of an asynchronous function between all callers that arrive while another run is active. A
 * caller never shares a run that began before its call, because the result could be older than data it has
 * seen.
 */
export class SingleFlight<T> {
  private running: Promise<unknown> = Promise.resolve();
  private next: Promise<T> | undefined;

  constructor(private readonly task: () => Promise<T>) {}

  run(): Promise<T> {
    this.next ??= this.running.then(() => this.start());
    return this.next;
  }

  private start(): Promise<T> {
    this.next = undefined;
    const result = this.task();
    this.running = result.catch(() => undefined);
    return result;
  }
}

/** For SESSION_CACHE=0: there is no cache to invalidate. */
export class NoInvalidationSource extends InvalidationSource {
  async isFresh(): Promise<boolean> {
    return false;
  }

  async publish(): Promise<void> {
    // no cache to invalidate
  }

  async close(): Promise<void> {
    // no connection to close
  }
}
