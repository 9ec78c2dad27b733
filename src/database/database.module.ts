import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from './data-source-name';
import { CodeOptions } from '../options/code-options';
import { SettingsError } from '../options/load-settings';
import { Settings } from '../options/settings';
import { requireOneSettingsModule } from '../options/settings.module';
import { type MigrationClass, dataSourceOptions } from './data-source-options';
import { Database, WRITER } from './database';
import { addressOf, addressOfHost } from './database-address';
import { InvalidationSource, NoInvalidationSource } from './invalidation/invalidation-source';
import { PostgresInvalidationSource } from './invalidation/postgres-invalidation-source';
import { SqliteInvalidationSource } from './invalidation/sqlite-invalidation-source';
import { requireMigrated } from './migrate';
import { openDataSource, type OpeningOptions } from './open-data-source';

/** A DataSource of the application whose database Latchkey uses. */
export interface HostDatabase {
  dataSource: string;
  /** False: the application runs `LATCHKEY_MIGRATIONS` itself. */
  migrate: boolean;
  /** Latchkey's, so that entities of the application can refer to them. */
  entities: Type[];
}

/**
 * SQLite or PostgreSQL, migrated before its first use. Feature modules register their entities with
 * `TypeOrmModule.forFeature` under `LATCHKEY_DATA_SOURCE`. The composition root passes their migrations in here.
 */
@Module({})
export class DatabaseModule {
  static forRoot(
    options: { migrations?: MigrationClass[]; host?: HostDatabase | undefined } = {},
  ): DynamicModule {
    const { migrations, host } = options;
    // For its effect alone: a DataSource with `autoLoadEntities` gets them.
    if (host) TypeOrmModule.forFeature(host.entities, host.dataSource);
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          name: LATCHKEY_DATA_SOURCE,
          inject: [
            Settings,
            CodeOptions,
            ModulesContainer,
            ...(host ? [{ token: getDataSourceToken(host.dataSource), optional: true }] : []),
          ],
          useFactory: async (
            settings: Settings,
            { database }: CodeOptions,
            modules: ModulesContainer,
            source?: DataSource,
          ) => {
            requireOneSettingsModule(modules); // before a database is created
            return {
              ...(host
                ? await optionsOfHost(host, source, migrations)
                : dataSourceOptions(addressOf(settings, database), migrations)),
              name: LATCHKEY_DATA_SOURCE, // once more: by this one, Nest closes it
              autoLoadEntities: true,
              retryAttempts: 1, // `opened` retries, without stack traces in the log
            };
          },
          dataSourceFactory: (given) =>
            openDataSource(given as DataSourceOptions & OpeningOptions, host?.migrate),
        }),
      ],
      providers: [
        { provide: WRITER, inject: [getDataSourceToken(LATCHKEY_DATA_SOURCE)], useFactory: openWriter },
        { provide: InvalidationSource, inject: [Settings, WRITER], useFactory: openInvalidationSource },
        Database,
      ],
      exports: [InvalidationSource, Database],
    };
  }
}

/** @throws SettingsError if the DataSource is not there or cannot be shared. */
async function optionsOfHost(
  { dataSource: name, migrate, entities }: HostDatabase,
  source: DataSource | undefined,
  migrations: MigrationClass[] | undefined,
): Promise<DataSourceOptions & OpeningOptions> {
  if (!source) throw new SettingsError([`database.dataSource: there is no DataSource "${name}"`]);
  const address = addressOfHost(name, source);
  if (!migrate) await requireMigrated(name, source);
  const others = source.entityMetadatas.filter(({ target }) => !entities.includes(target as Type));
  return {
    ...dataSourceOptions(address, migrations),
    // Also the application's, so that one transaction can write rows of both.
    entities: Object.values(source.options.entities ?? []),
    tablesOfHost: others.map(({ tableName }) => tableName),
  };
}

async function openWriter(source: DataSource): Promise<DataSource> {
  if (source.options.type !== 'sqlite') return source;
  const writer = await new DataSource(source.options).initialize();
  // FULL syncs the write-ahead log at every commit: committed data survives a power cut.
  await writer.query('PRAGMA synchronous = FULL');
  return writer;
}

function openInvalidationSource(
  { sessionCache }: Settings,
  writer: DataSource,
): Promise<InvalidationSource> | InvalidationSource {
  if (sessionCache === 0) return new NoInvalidationSource();
  return writer.options.type === 'sqlite'
    ? SqliteInvalidationSource.open(writer)
    : PostgresInvalidationSource.open(writer);
}
