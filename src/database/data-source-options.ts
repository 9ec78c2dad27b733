import type { Type } from '@nestjs/common';
import sqlite3 from 'sqlite3';
import type { DataSourceOptions, MigrationInterface } from 'typeorm';
import type { DatabaseAddress } from './database-address';
import { CORE_MIGRATIONS } from './migrations';
import { DATABASE_TIMEOUT_MS } from './request-deadline';

export type MigrationClass = new () => MigrationInterface;

export const MIGRATIONS_TABLE = 'latchkey_migrations';

/**
 * PostgreSQL's limit for a statement, including waits for locks. It is shorter than a request's deadline, so
 * the connection is free again in time, and a request that cannot write can still read.
 */
const STATEMENT_TIMEOUT_MS = 900;
/** At start-up on a busy machine, a connection may take longer than in a request. */
const START_TIMEOUT_MS = 10_000;

/**
 * Disables the verbose mode that TypeORM requests from sqlite3. It costs a stack trace per statement and puts
 * statement parameters, such as password hashes, into error messages and so into logs.
 */
const terse = { verbose: () => sqlite3 };

export function dataSourceOptions(
  address: DatabaseAddress,
  migrations: MigrationClass[] = [],
): DataSourceOptions {
  const shared = {
    migrations: [...CORE_MIGRATIONS, ...migrations],
    migrationsTableName: MIGRATIONS_TABLE,
    synchronize: false,
    logging: false,
    // TypeORM would drop an undefined value from the condition and return the first row of the table.
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' } as const,
  };

  if (address.type === 'sqlite') {
    return {
      ...shared,
      type: 'sqlite',
      driver: terse,
      database: address.path,
      enableWAL: true,
      busyTimeout: DATABASE_TIMEOUT_MS,
    };
  }
  // Loads pg, which SQLite does not need.
  const { postgresDriver } =
    require('./postgres/postgres-driver') as typeof import('./postgres/postgres-driver');
  return {
    ...shared,
    type: 'postgres',
    applicationName: 'latchkey',
    connectTimeoutMS: DATABASE_TIMEOUT_MS,
    driver: postgresDriver,
    extra: { ...address.connection, statement_timeout: STATEMENT_TIMEOUT_MS },
  };
}

/** For commands that only read. The file may belong to another application, so keep its journal mode. */
export function readingOptions(address: DatabaseAddress, entities: Type[]): DataSourceOptions {
  const options = dataSourceOptions(address);
  return options.type === 'sqlite'
    ? { ...options, entities, enableWAL: false, flags: sqlite3.OPEN_READONLY }
    : { ...options, entities };
}

/**
 * For migrations: they may take as long as they need, and wait as long as another instance's migrations take.
 */
export function withoutTimeouts(options: DataSourceOptions): DataSourceOptions {
  const shared = { entities: [] };
  if (options.type !== 'postgres')
    // Write-ahead logging changes the file permanently, and it may belong to another application.
    return { ...options, ...shared, busyTimeout: 10 * 60_000, enableWAL: false } as DataSourceOptions;
  const extra = { ...(options.extra as object), statement_timeout: undefined };
  return { ...options, ...shared, driver: undefined, connectTimeoutMS: START_TIMEOUT_MS, extra };
}
