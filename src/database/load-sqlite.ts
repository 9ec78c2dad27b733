import { optionalPackage } from '../options/optional-package';

export type Sqlite = typeof import('sqlite3');

/** @throws SettingsError if sqlite3 is not installed. */
export const loadSqlite = (): Sqlite =>
  optionalPackage('sqlite3', 'SQLite (DATABASE_URL)', () => require('sqlite3') as Sqlite);
