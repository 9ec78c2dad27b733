import { namesOf } from '../printable';

/** A user as a file names one. */
export interface Row {
  /** Where it stands: `line 7`, or `row 7` of a table. */
  at: string;
  username: unknown;
  passwordHash: unknown;
  email: unknown;
}

/** What could not be read. */
export interface BadRow {
  at: string;
  problem: string;
}

/** A file of users, read from front to back. */
export interface Rows extends AsyncIterable<Row | BadRow> {
  /** Bytes, or rows of a table. */
  readonly total: number;
  /** How much of it has been read. */
  readonly done: number;
}

/** What other systems call the columns that we read; `password` holds a hash there. */
const NAMES = { username: ['username'], passwordHash: ['password_hash', 'password'], email: ['email'] };

export interface Columns {
  username: string;
  passwordHash: string;
  email?: string;
}

/** @returns the names by which these columns are asked for, or the reason why they will not do. */
export function columnsOf(names: string[]): Columns | string {
  const find = (wanted: string[]) =>
    wanted.map((name) => names.find((it) => it.toLowerCase() === name)).find((it) => it !== undefined);
  const [username, passwordHash, email] = [NAMES.username, NAMES.passwordHash, NAMES.email].map(find);
  if (username !== undefined && passwordHash !== undefined) return { username, passwordHash, email };
  return `It must have the columns username and password_hash, and may have email; it has: ${namesOf(names)}`;
}
