import { namesOf } from '../printable';

/** A user in the imported file. */
export interface Row {
  /** Its position: `line 7`, or `row 7` of a table. */
  at: string;
  username: unknown;
  passwordHash: unknown;
  email: unknown;
}

/** A row that could not be read. */
export interface BadRow {
  at: string;
  problem: string;
}

/** The users in a file, read sequentially. */
export interface Rows extends AsyncIterable<Row | BadRow> {
  /** In bytes, or in rows of a table. */
  readonly total: number;
  /** How much has been read, in the same unit. */
  readonly done: number;
}

/** Accepted column names. In other systems' tables, `password` contains a hash. */
const NAMES = { username: ['username'], passwordHash: ['password_hash', 'password'], email: ['email'] };

export interface Columns {
  username: string;
  passwordHash: string;
  email?: string;
}

/** @returns the file's names for the columns, or a message if one is missing. */
export function columnsOf(names: string[]): Columns | string {
  const find = (wanted: string[]) =>
    wanted.map((name) => names.find((it) => it.toLowerCase() === name)).find((it) => it !== undefined);
  const [username, passwordHash, email] = [NAMES.username, NAMES.passwordHash, NAMES.email].map(find);
  if (username !== undefined && passwordHash !== undefined) return { username, passwordHash, email };
  return `It must have the columns username and password_hash, and may have email; it has: ${namesOf(names)}`;
}
