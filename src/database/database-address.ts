import type { DataSource } from 'typeorm';
import { SettingsError } from '../options/load-settings';
import type { PostgresOptions } from '../options/code-options';
import type { Settings } from '../options/settings';
import { sqlitePath } from '../options/sqlite-path';
import { describeStartError } from './postgres/fitness';
import { searchPath } from './postgres/search-path';

/** Where the database is. */
export type DatabaseAddress =
  | { type: 'sqlite'; path: string }
  /** @param connection as pg takes it, and the schema, which pg ignores. */
  | { type: 'postgres'; connection: Record<string, unknown> & { schema?: string } };

/** The types of an application's DataSource that Latchkey's own drivers can open too. */
const SQLITE_TYPES = ['sqlite', 'better-sqlite3'];

/** @throws SettingsError */
export function addressOf(
  { databaseUrl, databasePool }: Pick<Settings, 'databaseUrl' | 'databasePool'>,
  { ssl, schema }: PostgresOptions = {},
): DatabaseAddress {
  const path = sqlitePath(databaseUrl);
  if (path !== null) {
    const given = Object.entries({ ssl, schema }).filter(([, value]) => value !== undefined);
    if (given.length > 0)
      throw new SettingsError(given.map(([name]) => `database.${name} needs a database.url of PostgreSQL`));
    return { type: 'sqlite', path };
  }
  // Loads pg, which SQLite does not need.
  const { postgresAddress } =
    require('./postgres/postgres-address') as typeof import('./postgres/postgres-address');
  try {
    const connection = postgresAddress(databaseUrl, schema);
    return {
      type: 'postgres',
      connection: { ...connection, max: databasePool, ...(ssl !== undefined && { ssl }) },
    };
  } catch (error) {
    throw new SettingsError([`DATABASE_URL: ${describeStartError(error) ?? (error as Error).message}`]);
  }
}

/**
 * The database of an application's own DataSource. Latchkey opens connections of its own to it, so that the limits on
 * its statements apply to no other.
 * @throws SettingsError if it cannot be shared.
 */
export function addressOfHost(name: string, { options, driver }: DataSource): DatabaseAddress {
  const which = `database.dataSource: the DataSource "${name}"`;
  if (SQLITE_TYPES.includes(options.type)) {
    const path = String(options.database);
    if (path === '' || path.startsWith(':memory:'))
      throw new SettingsError([`${which} is in memory, where no second connection reaches it. Name a file`]);
    return { type: 'sqlite', path };
  }
  if (options.type !== 'postgres')
    throw new SettingsError([`${which} is of the type ${options.type}. It may be postgres or sqlite`]);
  // What TypeORM made of its many ways to name a server.
  const { options: pool } = (driver as unknown as { master: { options: Record<string, unknown> } }).master;
  const { password } = pool; // not enumerable
  const { schema } = options;
  const connection = { ...pool, password, options: searchPath(schema, pool.options) };
  return { type: 'postgres', connection: schema === undefined ? connection : { ...connection, schema } };
}
