import {
  ConnectionIsNotSetError,
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  TypeORMError,
} from 'typeorm';

/** There is no connection to the database, or no answer from it in time. */
export class DatabaseUnavailable extends Error {}

/** The connection, its server's resources or its shutting down, a lock, a time-out: PostgreSQL's classes of errors. */
const POSTGRES = /^(08|53|57)...$|^(25006|40001|40P01|55000|55P03)$/;
const SQLITE = ['BUSY', 'LOCKED', 'FULL', 'IOERR', 'READONLY', 'CANTOPEN', 'MISUSE'].map(
  (name) => `SQLITE_${name}`,
);
const NETWORK = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'];
/** Where drivers give no code. */
const SAYS =
  /^(Connection terminated|Client (has encountered a connection error|was closed) and is not queryable|Driver not Connected)/;

/** TypeORM releases a connection that breaks between two statements of a transaction, and finds it gone at the second. */
const ERRORS = [DatabaseUnavailable, ConnectionIsNotSetError, QueryRunnerAlreadyReleasedError];

/** Whether an error says that the database cannot be asked just now, and not that the question was wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (ERRORS.some((type) => cause instanceof type)) return true;
  if (!(error instanceof TypeORMError)) return false;
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return POSTGRES.test(code) || SQLITE.includes(code) || NETWORK.includes(code) || SAYS.test(message);
}
