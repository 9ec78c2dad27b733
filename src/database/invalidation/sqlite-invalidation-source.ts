import type { DataSource, EntityManager } from 'typeorm';
import { InvalidationSource } from './invalidation-source';
import { SingleFlight } from './single-flight';
import { createTriggers } from './sqlite-triggers';
import { type Invalidation, SqliteWatcher } from './sqlite-watcher';

/**
 * Reads the table that the triggers write to, whenever `PRAGMA data_version` says that another connection has committed.
 * The watcher's connection never writes, so it notices the commits of this process too.
 */
export class SqliteInvalidationSource extends InvalidationSource {
  private readonly check = new SingleFlight(() => this.catchUp());
  /** `data_version` when the table was read last. */
  private version: number | undefined;
  /** The last row that was read, or null where the table was empty. */
  private last: Invalidation | null | undefined;

  private constructor(private readonly watcher: SqliteWatcher) {
    super();
  }

  static async open(writer: DataSource): Promise<SqliteInvalidationSource> {
    await createTriggers(writer);
    return new SqliteInvalidationSource(await SqliteWatcher.open(String(writer.options.database)));
  }

  isFresh(): Promise<boolean> {
    return this.check.run().catch(() => false);
  }

  async publish(manager: EntityManager, cacheKey: string): Promise<void> {
    await manager.query('INSERT INTO cache_invalidations (cache_key) VALUES ($1)', [cacheKey]);
  }

  close(): Promise<void> {
    return this.watcher.close();
  }

  private async catchUp(): Promise<boolean> {
    const version = await this.watcher.dataVersion();
    if (version === this.version) return true;
    // Read after the version: it has all that was committed by then, and perhaps more.
    const { rows, isComplete } = await this.watcher.invalidationsFrom(this.last?.id ?? 0);
    if (!isComplete) return false;
    const newRows = this.last ? rows.slice(1) : rows;
    if (!this.isContinuedBy(rows[0])) this.invalidateAll();
    else for (const { cacheKey } of newRows) this.invalidate(cacheKey);
    this.last = rows.at(-1) ?? null;
    this.version = version;
    return true;
  }

  /** Not so when older rows than the next one are deleted already, or the file was replaced by a backup. */
  private isContinuedBy(first: Invalidation | undefined): boolean {
    if (this.last === null) return first === undefined || first.id === 1;
    return first !== undefined && first.id === this.last?.id && first.cacheKey === this.last.cacheKey;
  }
}
