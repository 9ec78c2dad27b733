import {
  ConnectionIsNotSetError,
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  TypeORMError,
} from 'typeorm';

/** The database has no connection or did not answer in time. */
export class DatabaseUnavailable extends Error {}

/** PostgreSQL error classes for connection, resources and shutdown, and codes for locks and timeouts. */
const POSTGRES = /^(08|53|57)...$|^(25006|40001|40P01|55000|55P03)$/;
const SQLITE = ['BUSY', 'LOCKED', 'FULL', 'IOERR', 'READONLY', 'CANTOPEN', 'MISUSE'].map(
  (name) => `SQLITE_${name}`,
);
const NETWORK = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'];
/** For driver errors without a code. */
const SAYS =
  /^(Connection terminated|Client (has encountered a connection error|was closed) and is not queryable|Driver not Connected)/;

/** If a connection breaks between two statements of a transaction, TypeORM releases its query runner. */
const ERRORS = [DatabaseUnavailable, ConnectionIsNotSetError, QueryRunnerAlreadyReleasedError];

/** Whether the database is currently unavailable, as opposed to a wrong statement. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (ERRORS.some((type) => cause instanceof type)) return true;
  if (!(error instanceof TypeORMError)) return false;
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return POSTGRES.test(code) || SQLITE.includes(code) || NETWORK.includes(code) || SAYS.test(message);
}
