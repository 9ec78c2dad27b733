import type { DataSourceOptions, MigrationInterface } from 'typeorm';
import type { Settings } from '../config/settings';
import { CORE_MIGRATIONS } from './migrations';

export type MigrationClass = new () => MigrationInterface;

/** How long a connection, or a statement behind another process's write, may wait. */
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
  };
}
