import { LRUCache } from 'lru-cache';
import type { Changes, Keeper } from './changes';

/** Copies of rows, at most so many, that are used only while they are known to be what the database holds. */
export class TrackedCopies<Value extends object> implements Keeper {
  private readonly copies: LRUCache<string, Value>;
  /** Reads under way: one that began before a change may bring what was there before it. */
  private readonly reads = new Map<string, symbol>();

  /** @param most how many are kept: those that were used last. */
  constructor(
    private readonly changes: Changes,
    most: number,
  ) {
    this.copies = new LRUCache({ max: most });
    changes.register(this);
  }

  /**
   * @param key as `Touched` names it.
   * @param isKnown what `areKnown` has said since the request came, if it was asked already.
   * @param read from the database; null is not kept.
   */
  async get(key: string, read: () => Promise<Value | null>, isKnown?: boolean): Promise<Value | null> {
    const isCurrent = isKnown ?? (await this.changes.areKnown());
    if (!isCurrent) return read();
    return this.copies.get(key) ?? this.fill(key, read);
  }

  /** The copy, where there is one that may be used. @param isKnown as above; by default, what can be told at once. */
  known(key: string, isKnown = this.changes.areStillKnown()): Value | undefined {
    return isKnown ? this.copies.get(key) : undefined;
  }

  forget(key: string): void {
    this.copies.delete(key);
    this.reads.delete(key);
  }

  forgetAll(): void {
    this.copies.clear();
    this.reads.clear();
  }

  private async fill(key: string, read: () => Promise<Value | null>): Promise<Value | null> {
    const mine = Symbol(key);
    this.reads.set(key, mine);
    try {
      const value = await read();
      if (value && this.reads.get(key) === mine) this.copies.set(key, value);
      return value;
    } finally {
      if (this.reads.get(key) === mine) this.reads.delete(key);
    }
  }
}
