import type { EntityManager } from 'typeorm';

/** Drops the cached entries that a committed write has outdated. */
export interface InvalidationListener {
  /** @param cacheKey `user:7` or `session:HASH`, as the triggers of the two tables write it. */
  invalidate(cacheKey: string): void;
  invalidateAll(): void;
}

/**
 * Tells a cache of this process which users and live sessions have changed, whoever changed them: this process, another
 * instance, the command line or SQL typed by hand. Triggers of the two tables record every change, so no write has to say
 * what it has changed.
 */
export abstract class InvalidationSource {
  private readonly listeners = new Set<InvalidationListener>();

  subscribe(listener: InvalidationListener): void {
    this.listeners.add(listener);
  }

  /** True once every commit before this call has invalidated the cache. False: bypass the cache. */
  abstract isFresh(): Promise<boolean>;

  /**
   * Invalidates an entry in every process although no row has changed: values of a session can lie outside the database.
   * Takes effect when the transaction of the manager is committed.
   */
  abstract publish(manager: EntityManager, cacheKey: string): Promise<void>;

  abstract close(): Promise<void>;

  protected invalidate(cacheKey: string): void {
    for (const listener of this.listeners) listener.invalidate(cacheKey);
  }

  protected invalidateAll(): void {
    for (const listener of this.listeners) listener.invalidateAll();
  }
}
