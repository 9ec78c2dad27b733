import type { DataSourceOptions, MigrationInterface } from 'typeorm';
import type { Settings } from '../config/settings';
import { CORE_MIGRATIONS } from './migrations';

export type MigrationClass = new () => MigrationInterface;

/** How long a connection, a query, or a statement behind another process's write may take. */
const PATIENCE_MS = 1_500;

/** The same options for both engines, apart from what each is opened with. */
export function dataSourceOptions(settings: Settings, migrations: MigrationClass[] = []): DataSourceOptions {
  const shared = {
    migrations: [...CORE_MIGRATIONS, ...migrations],
    migrationsTableName: 'latchkey_migrations',
    synchronize: false,
    logging: false,
    // TypeORM would leave a missing value out of the condition, and find the first row there is.
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' } as const,
  };

  if (settings.databaseUrl.startsWith('sqlite:')) {
    const database = settings.databaseUrl.slice('sqlite:'.length);
    return { ...shared, type: 'sqlite', database, enableWAL: true, busyTimeout: PATIENCE_MS };
  }
  return {
    ...shared,
    type: 'postgres',
    url: settings.databaseUrl,
    applicationName: 'latchkey',
    connectTimeoutMS: PATIENCE_MS,
    // The server gives up first, and its connection can be used again; the second is for one that hangs.
    extra: { statement_timeout: PATIENCE_MS, query_timeout: PATIENCE_MS + 500 },
  };
}

/** For migrations, which may take as long as they need, and wait as long as those of another instance need. */
export function patient(options: DataSourceOptions): DataSourceOptions {
  const shared = { entities: [] };
  return options.type === 'sqlite'
    ? { ...options, ...shared, busyTimeout: 10 * 60_000 }
    : { ...options, ...shared, extra: {} };
}
