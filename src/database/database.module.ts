import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from './data-source-name';
import { Settings } from '../options/settings';
import { requireOneSettingsModule } from '../options/settings.module';
import { type MigrationClass, dataSourceOptions } from './data-source-options';
import { Database, WRITER } from './database';
import { InvalidationSource, NoInvalidationSource } from './invalidation/invalidation-source';
import { PostgresInvalidationSource } from './invalidation/postgres-invalidation-source';
import { SqliteInvalidationSource } from './invalidation/sqlite-invalidation-source';
import { openDataSource } from './open-data-source';
import { postgresAddress } from './postgres/postgres-address';

/**
 * SQLite or PostgreSQL, migrated before its first use. Feature modules register their entities with
 * `TypeOrmModule.forFeature` under `LATCHKEY_DATA_SOURCE`. The composition root passes their migrations in here.
 */
@Module({})
export class DatabaseModule {
  static forRoot(options: { migrations?: MigrationClass[]; entities?: Type[] } = {}): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          name: LATCHKEY_DATA_SOURCE,
          inject: [Settings, ModulesContainer],
          useFactory: (settings: Settings, modules: ModulesContainer) => {
            requireOneSettingsModule(modules); // before a database is created
            return {
              ...dataSourceOptions(settings, options.migrations),
              name: LATCHKEY_DATA_SOURCE, // once more: by this one, Nest closes it
              entities: options.entities ?? [],
              autoLoadEntities: true,
              retryAttempts: 1, // `opened` retries, without stack traces in the log
            };
          },
          dataSourceFactory: (given) => openDataSource(given as DataSourceOptions),
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

async function openWriter(source: DataSource): Promise<DataSource> {
  if (source.options.type !== 'sqlite') return source;
  const writer = await new DataSource(source.options).initialize();
  // FULL syncs the write-ahead log at every commit: committed data survives a power cut.
  await writer.query('PRAGMA synchronous = FULL');
  return writer;
}

function openInvalidationSource(
  { sessionCache, databaseUrl }: Settings,
  writer: DataSource,
): Promise<InvalidationSource> | InvalidationSource {
  if (sessionCache === 0) return new NoInvalidationSource();
  return writer.options.type === 'sqlite'
    ? SqliteInvalidationSource.open(writer)
    : PostgresInvalidationSource.open(writer, postgresAddress(databaseUrl));
}
