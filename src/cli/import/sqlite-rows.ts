import type { Database } from 'sqlite3';
import { loadSqlite } from '../../database/load-sqlite';
import { CommandFailure, namesOf } from '../printable';
import { type Columns, columnsOf, type Row, type Rows } from './row';

const AT_A_TIME = 1_000;
/** Flask applications use `users`; Flask-SQLAlchemy defaults to `user`. */
const TABLES = ['users', 'user'];

/** Aliases of the row ID. A column of that name hides one (SQLite, "ROWIDs and the INTEGER PRIMARY KEY"). */
const ROW_NUMBERS = ['rowid', '_rowid_', 'oid'];

type Values = Record<'id' | 'username' | 'passwordHash' | 'email', unknown>;

/** Reads the user table in another application's SQLite file, opened read-only. */
export class SqliteRows implements Rows {
  done = 0;

  private constructor(
    private readonly database: Database,
    private readonly table: string,
    private readonly columns: Columns,
    private readonly number: string,
    readonly total: number,
  ) {}

  /** @throws CommandFailure if it cannot be opened or has no suitable table. */
  static async open(path: string): Promise<SqliteRows> {
    const sqlite = loadSqlite();
    const database = await new Promise<Database>((resolve, reject) => {
      const opened: Database = new sqlite.Database(path, sqlite.OPEN_READONLY, (error) =>
        error ? reject(unreadable(error)) : resolve(opened),
      );
    });
    const names = await all<{ name: string }>(
      database,
      "SELECT name FROM sqlite_master WHERE type = 'table'",
    );
    const table = TABLES.find((name) => names.some((it) => it.name === name));
    if (table === undefined)
      throw new CommandFailure(`It has no table users; it has: ${namesOf(names.map(({ name }) => name))}`);
    const found = await all<{ name: string }>(database, `PRAGMA table_xinfo("${table}")`); // includes hidden columns
    const columns = columnsOf(found.map(({ name }) => name));
    if (typeof columns === 'string') throw new CommandFailure(`The table ${table} will not do. ${columns}`);
    const number = await rowNumberOf(database, table, new Set(found.map(({ name }) => name.toLowerCase())));
    if (number === undefined) {
      const kept = Object.values(columns).filter((name) => name !== undefined);
      throw new CommandFailure(
        `The rows of the table ${table} have no numbers to read them by. Copy it into another file first: ` +
          `ATTACH 'copy.db' AS copy; CREATE TABLE copy.${table} AS SELECT ${kept.join(', ')} FROM ${table};`,
      );
    }
    return new SqliteRows(database, table, columns, number, await countOf(database, table));
  }

  /** @throws CommandFailure if rows are missing, as in a damaged file. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    const { username, passwordHash, email } = this.columns;
    // As text: row IDs have 64 bits, JavaScript numbers only 53.
    const sql = (where: string) => `SELECT CAST(${this.number} AS TEXT) AS id, "${username}" AS username,
      "${passwordHash}" AS passwordHash, ${email === undefined ? 'NULL' : `"${email}"`} AS email
      FROM "${this.table}" ${where} ORDER BY ${this.number} LIMIT ${AT_A_TIME}`;
    const [first, further] = [sql(''), sql(`WHERE ${this.number} > CAST(? AS INTEGER)`)];
    for (let last: unknown; ;) {
      const rows = await (last === undefined
        ? all<Values>(this.database, first)
        : all<Values>(this.database, further, last));
      for (const { id, ...values } of rows) {
        this.done += 1;
        last = id;
        yield { at: `row ${String(id)}`, ...values };
      }
      if (rows.length < AT_A_TIME) break;
    }
    await this.finish();
  }

  /** Counts again, because the other application may have added or removed rows. */
  private async finish(): Promise<void> {
    const expected = Math.min(this.total, await countOf(this.database, this.table));
    this.database.close();
    if (this.done < expected)
      throw new CommandFailure(`Of ${expected} rows only ${this.done} could be read: the file is damaged.`);
  }
}

/** @returns undefined if the table is WITHOUT ROWID or its columns hide all aliases. */
async function rowNumberOf(
  database: Database,
  table: string,
  columns: Set<string>,
): Promise<string | undefined> {
  const tables = await all<{ name: string; wr: number }>(database, 'PRAGMA table_list');
  if (tables.some(({ name, wr }) => name === table && wr === 1)) return undefined;
  return ROW_NUMBERS.find((name) => !columns.has(name));
}

async function countOf(database: Database, table: string): Promise<number> {
  const [{ total }] = await all<{ total: number }>(database, `SELECT count(*) AS total FROM "${table}"`);
  return total;
}

const unreadable = ({ message }: Error): CommandFailure =>
  new CommandFailure(`It cannot be read as a SQLite file: ${message}`);

const all = <T>(database: Database, sql: string, ...values: unknown[]): Promise<T[]> =>
  new Promise((resolve, reject) =>
    database.all<T>(sql, values, (error: Error | null, rows: T[]) =>
      error ? reject(unreadable(error)) : resolve(rows),
    ),
  );
