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
