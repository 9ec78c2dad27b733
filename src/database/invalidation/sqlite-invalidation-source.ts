import type { DataSource } from 'typeorm';
import type { Transaction } from '../transaction';
import { InvalidationSource } from './invalidation-source';
import { SingleFlight } from './single-flight';
import { createTriggers, EVERYTHING } from './sqlite-triggers';
import { type Invalidation, SqliteWatcher } from './sqlite-watcher';

/**
 * Reads the table that the triggers write, whenever `PRAGMA data_version` shows a commit of another
 * connection. The watcher's connection never writes, so it also notices the commits of this process.
 */
export class SqliteInvalidationSource extends InvalidationSource {
  private readonly check = new SingleFlight(() => this.catchUp().catch(() => false));
  /** `data_version` at the last read of the table. */
  private version: number | undefined;
  /** The last row read, or null if the table was empty. */
  private last: Invalidation | null | undefined;

  private constructor(private readonly watcher: SqliteWatcher) {
    super();
  }

  static async open(writer: DataSource): Promise<SqliteInvalidationSource> {
    await createTriggers(writer);
    return new SqliteInvalidationSource(await SqliteWatcher.open(String(writer.options.database)));
  }

  isFresh(): Promise<boolean> {
    return this.check.run();
  }

  async publish(transaction: Transaction, cacheKey: string): Promise<void> {
    await transaction.query('INSERT INTO cache_invalidations (cache_key) VALUES ($1)', [cacheKey]);
  }

  close(): Promise<void> {
    return this.watcher.close();
  }

  private async catchUp(): Promise<boolean> {
    const version = await this.watcher.dataVersion();
    if (version === this.version) return true;
    // Read after the version, so it includes at least everything committed by then.
    const { rows, isComplete } = await this.watcher.invalidationsFrom(this.last?.id ?? 0);
    if (!isComplete) {
      this.last = undefined; // what changes now is not recorded: nothing continues from here
      return false;
    }
    const newRows = this.last ? rows.slice(1) : rows;
    const isKnown = this.isContinuedBy(rows[0]) && newRows.every(({ cacheKey }) => cacheKey !== EVERYTHING);
    if (!isKnown) this.invalidateAll();
    else for (const { cacheKey } of newRows) this.invalidate(cacheKey);
    this.last = rows.at(-1) ?? null;
    this.version = version;
    return true;
  }

  /** False if the next rows have been deleted already, or a backup has replaced the file. */
  private isContinuedBy(first: Invalidation | undefined): boolean {
    if (this.last === null) return first === undefined || first.id === 1;
    return first !== undefined && first.id === this.last?.id && first.cacheKey === this.last.cacheKey;
  }
}
