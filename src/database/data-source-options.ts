import type { Type } from '@nestjs/common';
import sqlite3 from 'sqlite3';
import type { DataSourceOptions, MigrationInterface } from 'typeorm';
import { SettingsError } from '../options/load-settings';
import type { Settings } from '../options/settings';
import { sqlitePath } from '../options/sqlite-path';
import { CORE_MIGRATIONS } from './migrations';
import { DATABASE_TIMEOUT_MS } from './request-deadline';
import { sentenceOn } from './postgres/fitness';

export type MigrationClass = new () => MigrationInterface;

export const MIGRATIONS_TABLE = 'latchkey_migrations';

/**
 * How long PostgreSQL works at a statement, waits for locks included. Shorter than a request's deadline: its connection
 * can be used again then, and who cannot write may still read.
 */
const STATEMENT_TIMEOUT_MS = 900;
/** A start on a busy machine has more time for a connection than a request. */
const START_TIMEOUT_MS = 10_000;

/**
 * TypeORM asks sqlite3 to be verbose. It would make a stack trace for each statement and write what the statement holds
 * into the text of its errors, and those into logs: hashes of passwords among it.
 */
const terse = { verbose: () => sqlite3 };

/** The same options for both engines, apart from what each is opened with. */
export function dataSourceOptions(settings: Settings, migrations: MigrationClass[] = []): DataSourceOptions {
  const shared = {
    migrations: [...CORE_MIGRATIONS, ...migrations],
    migrationsTableName: MIGRATIONS_TABLE,
    synchronize: false,
    logging: false,
    // TypeORM would leave a missing value out of the condition, and find the first row there is.
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' } as const,
  };

  const database = sqlitePath(settings.databaseUrl);
  if (database !== null) {
    return {
      ...shared,
      type: 'sqlite',
      driver: terse,
      database,
      enableWAL: true,
      busyTimeout: DATABASE_TIMEOUT_MS,
    };
  }
  // With pg, which SQLite does without.
  const { postgresDriver: patientPostgres } =
    require('./postgres/postgres-driver') as typeof import('./postgres/postgres-driver');
  return {
    ...shared,
    type: 'postgres',
    applicationName: 'latchkey',
    connectTimeoutMS: DATABASE_TIMEOUT_MS,
    driver: patientPostgres,
    extra: { ...addressOf(settings), statement_timeout: STATEMENT_TIMEOUT_MS },
  };
}

/** For commands that only read. The file may be another application's, whose journal mode is none of our business. */
export function readingOptions(settings: Settings, entities: Type[]): DataSourceOptions {
  const options = dataSourceOptions(settings);
  return options.type === 'sqlite'
    ? { ...options, entities, enableWAL: false, flags: sqlite3.OPEN_READONLY }
    : { ...options, entities };
}

function addressOf({ databaseUrl }: Settings): object {
  const { postgresAddress } =
    require('./postgres/postgres-address') as typeof import('./postgres/postgres-address');
  try {
    return postgresAddress(databaseUrl);
  } catch (error) {
    throw new SettingsError([`DATABASE_URL: ${sentenceOn(error) ?? (error as Error).message}`]);
  }
}

/** For migrations, which may take as long as they need, and wait as long as those of another instance need. */
export function withoutTimeouts(options: DataSourceOptions): DataSourceOptions {
  const shared = { entities: [] };
  if (options.type !== 'postgres')
    // Going over to the write-ahead log changes a file for good; it may turn out to be another application's.
    return { ...options, ...shared, busyTimeout: 10 * 60_000, enableWAL: false } as DataSourceOptions;
  const extra = { ...(options.extra as object), statement_timeout: undefined };
  return { ...options, ...shared, driver: undefined, connectTimeoutMS: START_TIMEOUT_MS, extra };
}
