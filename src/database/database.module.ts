import { type DynamicModule, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { Settings } from '../config/settings';
import { type MigrationClass, dataSourceOptions } from './data-source-options';
import { Changes } from './changes/changes';
import { NoChanges } from './changes/no-changes';
import { PostgresChanges } from './changes/postgres-changes';
import { SqliteChanges } from './changes/sqlite-changes';
import { Database, WRITER } from './database';
import { opened } from './opened';
import { postgresAddress } from './postgres/postgres-address';

/**
 * SQLite or PostgreSQL, migrated before anything asks it. Feature modules bring their entities by
 * `TypeOrmModule.forFeature`; their migrations are named here, once, in the composition root.
 */
@Module({})
export class DatabaseModule {
  static forRoot(options: { migrations?: MigrationClass[] } = {}): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Settings],
          useFactory: (settings: Settings) => ({
            ...dataSourceOptions(settings, options.migrations),
            autoLoadEntities: true,
            retryAttempts: 1, // `opened` tries again, without a stack in the log
          }),
          dataSourceFactory: (given) => opened(given as DataSourceOptions),
        }),
      ],
      providers: [
        { provide: WRITER, inject: [getDataSourceToken()], useFactory: openWriter },
        { provide: Changes, inject: [Settings, WRITER], useFactory: openChanges },
        Database,
      ],
      exports: [Changes, Database],
    };
  }
}

async function openWriter(source: DataSource): Promise<DataSource> {
  if (source.options.type !== 'sqlite') return source;
  const writer = await new DataSource(source.options).initialize();
  // FULL syncs the write-ahead log at every commit: what was answered survives a power cut.
  await writer.query('PRAGMA synchronous = FULL');
  return writer;
}

function openChanges(settings: Settings, writer: DataSource): Promise<Changes> | Changes {
  if (settings.sessionCache === 0) return new NoChanges();
  return writer.options.type === 'sqlite'
    ? SqliteChanges.open(writer)
    : PostgresChanges.open(writer, postgresAddress(settings.databaseUrl));
}
