import { ConnectionIsNotSetError, QueryFailedError, TypeORMError } from 'typeorm';

/** The connection, its server's resources or its shutting down, a lock, a time-out: PostgreSQL's classes of errors. */
const POSTGRES = /^(08|53|57)...$|^(25006|40001|40P01|55000|55P03)$/;
const SQLITE = ['BUSY', 'LOCKED', 'FULL', 'IOERR', 'READONLY', 'CANTOPEN', 'MISUSE'].map(
  (name) => `SQLITE_${name}`,
);
/** Where drivers give no code. */
const SAYS =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Driver not Connected)/;

/** Whether an error says that the database cannot be asked just now, and not that the question was wrong. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ConnectionIsNotSetError) return true;
  const { code = '', syscall } = (
    error instanceof QueryFailedError ? error.driverError : error
  ) as NodeJS.ErrnoException;
  if (syscall === 'connect' || SAYS.test(error.message)) return true;
  const isOfDatabase = error instanceof TypeORMError || error.name === 'error' || 'severity' in error;
  return isOfDatabase && (POSTGRES.test(code) || SQLITE.includes(code));
}
