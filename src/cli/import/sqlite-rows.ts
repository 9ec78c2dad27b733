import sqlite3 from 'sqlite3';
import { CommandFailure } from '../command-failure';
import { type Columns, columnsOf, type Row, type Rows } from './row';

const AT_A_TIME = 1_000;
/** As the chapter names it, and as Flask-SQLAlchemy does by itself. */
const TABLES = ['users', 'user'];

type Values = Record<'id' | 'username' | 'passwordHash' | 'email', unknown>;

/** The table of users in the SQLite file of another application, which is only read. */
export class SqliteRows implements Rows {
  done = 0;

  private constructor(
    private readonly database: sqlite3.Database,
    private readonly table: string,
    private readonly columns: Columns,
    readonly total: number,
  ) {}

  /** @throws CommandFailure where it has no such table. */
  static async open(path: string): Promise<SqliteRows> {
    const database = await new Promise<sqlite3.Database>((resolve, reject) => {
      const opened: sqlite3.Database = new sqlite3.Database(path, sqlite3.OPEN_READONLY, (error) =>
        error ? reject(error) : resolve(opened),
      );
    });
    const names = await all<{ name: string }>(
      database,
      "SELECT name FROM sqlite_master WHERE type = 'table'",
    );
    const table = TABLES.find((name) => names.some((it) => it.name === name));
    if (table === undefined)
      throw new CommandFailure(`It has no table users; it has: ${names.map(({ name }) => name).join(', ')}`);
    const found = await all<{ name: string }>(database, `PRAGMA table_info("${table}")`);
    const columns = columnsOf(found.map(({ name }) => name));
    if (typeof columns === 'string') throw new CommandFailure(`The table ${table} will not do. ${columns}`);
    const [{ total }] = await all<{ total: number }>(database, `SELECT count(*) AS total FROM "${table}"`);
    return new SqliteRows(database, table, columns, total);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    const { username, passwordHash, email } = this.columns;
    const sql = `SELECT rowid AS id, "${username}" AS username, "${passwordHash}" AS passwordHash,
      ${email === undefined ? 'NULL' : `"${email}"`} AS email
      FROM "${this.table}" WHERE rowid > ? ORDER BY rowid LIMIT ${AT_A_TIME}`;
    let last = -Number.MAX_SAFE_INTEGER;
    for (;;) {
      const rows = await all<Values>(this.database, sql, last);
      for (const { id, ...values } of rows) {
        this.done += 1;
        last = Number(id);
        yield { at: `row ${last}`, ...values };
      }
      if (rows.length < AT_A_TIME) break;
    }
    this.database.close();
  }
}

const all = <T>(database: sqlite3.Database, sql: string, ...values: unknown[]): Promise<T[]> =>
  new Promise((resolve, reject) =>
    database.all<T>(sql, values, (error: Error | null, rows: T[]) =>
      error
        ? reject(new CommandFailure(`It cannot be read as a SQLite file: ${error.message}`))
        : resolve(rows),
    ),
  );
