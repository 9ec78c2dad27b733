import type { DataSource } from 'typeorm';
import type { Database, Statement } from 'sqlite3';
import { loadSqlite } from '../load-sqlite';
import type { Transaction } from '../transaction';
import { InvalidationSource, SingleFlight } from './invalidation-source';
import { COUNT_TRIGGERS, createTriggers, EVERYTHING, TRIGGER_COUNT } from './sqlite-triggers';

/** A row of `cache_invalidations`. */
interface Invalidation {
  id: number;
  cacheKey: string;
  /** Random: after a restore, another change may have the same ID and key. */
  nonce: string;
}

/** Every row has the trigger count. If there are no rows, one row has only the count. */
type Found = (Invalidation | { id: null }) & { triggers: number };

/** A separate connection to a SQLite file that only watches the commits of others. */
export class SqliteWatcher {
  private readonly version: Statement;
  private readonly invalidations: Statement;

  private constructor(private readonly connection: Database) {
    this.version = connection.prepare('PRAGMA data_version');
    this.invalidations = connection.prepare(
      `SELECT id, cache_key AS cacheKey, nonce, triggers FROM (${COUNT_TRIGGERS})
      LEFT JOIN cache_invalidations ON id >= ? ORDER BY id`,
    );
  }

  static open(path: string): Promise<SqliteWatcher> {
    return new Promise((resolve, reject) => {
      const sqlite = loadSqlite();
      const connection = new sqlite.Database(path, sqlite.OPEN_READONLY, (error) => {
        if (error) reject(error);
        else resolve(new SqliteWatcher(connection));
      });
    });
  }

  /** Changes whenever another connection has committed. */
  async dataVersion(): Promise<number> {
    const [{ data_version: version }] = await allOf<{ data_version: number }>(this.version);
    return version;
  }

  /** Rows from this ID on. `isComplete` is false if a trigger is missing, so rows may be missing too. */
  async invalidationsFrom(id: number): Promise<{ rows: Invalidation[]; isComplete: boolean }> {
    const found = await allOf<Found>(this.invalidations, id);
    const isComplete = found.every(({ triggers }) => triggers === TRIGGER_COUNT);
    const rows = found.flatMap((row) => (row.id === null ? [] : [row]));
    return { rows, isComplete };
  }

  async close(): Promise<void> {
    for (const statement of [this.version, this.invalidations])
      await new Promise<void>((resolve) => statement.finalize(() => resolve()));
    await new Promise((resolve) => this.connection.close(resolve));
  }
}

/** `get` would leave the statement open and keep reading the old state of the file. */
function allOf<Row>(statement: Statement, ...parameters: unknown[]): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    statement.all<Row>(parameters, (error: Error | null, rows) => {
      if (error) reject(error);
      else resolve(rows);
    });
  });
}

/**
 * Reads the table that the triggers write, whenever `PRAGMA data_version` shows a commit of another
 * connection. The watcher's connection never writes, so it also notices the commits of this process.
 */
export class SqliteInvalidationSource extends InvalidationSource {
  private readonly check = new SingleFlight(() => this.catchUp().catch(() => false));
  /** `data_version` at the last read of the table. */
  private version: number | undefined;
  /** The last row read, if there was one. */
  private last: Invalidation | undefined;

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
    // False if the next rows have been deleted already, or a backup has replaced the file.
    const isContinued = this.last !== undefined && rows[0]?.nonce === this.last.nonce;
    const keys = rows.slice(1).map(({ cacheKey }) => cacheKey);
    if (!isContinued || keys.includes(EVERYTHING)) this.invalidateAll();
    else for (const cacheKey of keys) this.invalidate(cacheKey);
    this.last = rows.at(-1);
    this.version = version;
    return true;
  }
}
