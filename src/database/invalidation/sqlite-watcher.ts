import sqlite3 from 'sqlite3';
import { COUNT_TRIGGERS, TRIGGER_COUNT } from './sqlite-triggers';

/** A row of `cache_invalidations`. */
export interface Invalidation {
  id: number;
  cacheKey: string;
}

/** Every row has the trigger count. If there are no rows, one row has only the count. */
interface Found {
  id: number | null;
  cacheKey: string;
  triggers: number;
}

/** A separate connection to a SQLite file that only watches the commits of others. */
export class SqliteWatcher {
  private readonly version: sqlite3.Statement;
  private readonly invalidations: sqlite3.Statement;

  private constructor(private readonly connection: sqlite3.Database) {
    this.version = connection.prepare('PRAGMA data_version');
    this.invalidations = connection.prepare(
      `SELECT id, cache_key AS cacheKey, triggers FROM (${COUNT_TRIGGERS})
      LEFT JOIN cache_invalidations ON id >= ? ORDER BY id`,
    );
  }

  static open(path: string): Promise<SqliteWatcher> {
    return new Promise((resolve, reject) => {
      const connection = new sqlite3.Database(path, sqlite3.OPEN_READONLY, (error) => {
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
    const rows = found.flatMap((row) => (row.id === null ? [] : [{ id: row.id, cacheKey: row.cacheKey }]));
    return { rows, isComplete };
  }

  async close(): Promise<void> {
    for (const statement of [this.version, this.invalidations])
      await new Promise<void>((resolve) => statement.finalize(() => resolve()));
    await new Promise((resolve) => this.connection.close(resolve));
  }
}

/** `get` would leave the statement open and keep reading the old state of the file. */
function allOf<Row>(statement: sqlite3.Statement, ...parameters: unknown[]): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    statement.all<Row>(parameters, (error: Error | null, rows) => {
      if (error) reject(error);
      else resolve(rows);
    });
  });
}
