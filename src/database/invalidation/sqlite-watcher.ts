import sqlite3 from 'sqlite3';
import { COUNT_TRIGGERS, TRIGGER_COUNT } from './sqlite-triggers';

/** A row of `cache_invalidations`. */
export interface Invalidation {
  id: number;
  cacheKey: string;
}

/** The count of triggers comes with every row, and in a row of its own where there are none. */
interface Found {
  id: number | null;
  cacheKey: string;
  triggers: number;
}

/** A connection of its own to an SQLite file, which only watches what others commit. */
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

  /** Another number whenever another connection has committed. */
  async dataVersion(): Promise<number> {
    const [{ data_version: version }] = await allOf<{ data_version: number }>(this.version);
    return version;
  }

  /** Rows from this ID on. `isComplete` is false where a trigger is missing that should have written some. */
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

/** Not `get`, which leaves a statement open, and with it the state of the file that it has read. */
function allOf<Row>(statement: sqlite3.Statement, ...parameters: unknown[]): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    statement.all<Row>(parameters, (error: Error | null, rows) => {
      if (error) reject(error);
      else resolve(rows);
    });
  });
}
