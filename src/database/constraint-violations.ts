import { QueryFailedError } from 'typeorm';

/** Whether a write failed because another row already has this value, on SQLite or PostgreSQL. */
export function isUniqueViolation(error: unknown): boolean {
  return violates(error, '23505', 'UNIQUE');
}

/** The columns of a unique violation: `UNIQUE constraint failed: users.badge`, `Key (badge)=(7) already exists.` */
export function violatedColumns(error: unknown): string[] {
  const { message, detail } = (error as QueryFailedError).driverError as { message: string; detail?: string };
  const [, postgres] = /^Key \((.*?)\)=/.exec(detail ?? '') ?? [];
  const [, sqlite = ''] = /UNIQUE constraint failed: (.*)/.exec(message) ?? [];
  return (postgres ?? sqlite).split(', ').map((name) => name.replace(/^\w+\./, '').replaceAll('"', ''));
}

/** Whether a write failed because the row it references does not exist. */
export function isForeignKeyViolation(error: unknown): boolean {
  return violates(error, '23503', 'FOREIGN KEY');
}

function violates(error: unknown, postgresCode: string, sqliteWords: string): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code, message } = error.driverError as { code?: string; message: string };
  return code === postgresCode || (code === 'SQLITE_CONSTRAINT' && message.includes(sqliteWords));
}
