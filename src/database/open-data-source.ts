import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { SettingsError } from '../options/load-settings';
import { MIGRATIONS_TABLE, withoutTimeouts } from './data-source-options';
import { migrate } from './migrate';
import { missingPermissions, describeStartError, findProblem } from './postgres/fitness';

const MOST_TRIES = 5;
const PAUSE_MS = 1_000;

export interface OpeningOptions {
  /** Which its entities describe, but where the role may have any permissions. */
  tablesOfHost?: string[];
}

/**
 * Opens the data source and, unless `shouldMigrate` is false, migrates it first. Retries, because a database server may be starting together with the
 * application, and because SQLite cannot wait for another instance that is switching a new file to
 * write-ahead logging.
 * @throws SettingsError if the operator must fix something.
 */
export async function openDataSource(
  { tablesOfHost = [], ...options }: DataSourceOptions & OpeningOptions,
  shouldMigrate = true,
): Promise<DataSource> {
  const logger = new Logger('Database');
  for (let tries = 1; ; tries += 1) {
    try {
      if (shouldMigrate) await runMigrations(options);
      return await ready(options, tablesOfHost);
    } catch (error) {
      if (!isNotUpYet(error) || tries === MOST_TRIES) throw asRefusal(error, options);
      logger.warn(`The database does not answer yet (${reasonOf(error)}); trying again`);
      await delay(PAUSE_MS);
    }
  }
}

async function runMigrations(options: DataSourceOptions): Promise<void> {
  const source = await new DataSource(withoutTimeouts(options)).initialize();
  try {
    if (options.type === 'postgres') {
      refuse(await findProblem(source, schemaIn(options), true));
      // TypeORM does not see tables that the role may not use, and would try to create them.
      refuse(await missingPermissions(source, [MIGRATIONS_TABLE]));
    }
    await migrate(source);
  } finally {
    await source.destroy();
  }
}

async function ready(options: DataSourceOptions, tablesOfHost: string[]): Promise<DataSource> {
  const source = await new DataSource(options).initialize();
  if (options.type !== 'postgres') return source;
  const described = source.entityMetadatas.map(({ tableName }) => tableName);
  const tables = [MIGRATIONS_TABLE, ...described.filter((name) => !tablesOfHost.includes(name))];
  try {
    refuse(await missingPermissions(source, tables));
  } catch (error) {
    await source.destroy();
    throw error;
  }
  return source;
}

function refuse(sentence: string | null): void {
  if (sentence !== null) throw new SettingsError([`DATABASE_URL: ${sentence}`]);
}

function asRefusal(error: unknown, { type }: DataSourceOptions): unknown {
  const sentence =
    type === 'postgres' && !(error instanceof SettingsError) ? describeStartError(error) : null;
  return sentence === null ? error : new SettingsError([`DATABASE_URL: ${sentence}`]);
}

function isNotUpYet(error: unknown): boolean {
  const { cause } = error as Error; // from a pool that has given up
  if (cause instanceof Error) return isNotUpYet(cause);
  const { code = '', message } = error as NodeJS.ErrnoException;
  return (
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', '57P03', 'SQLITE_BUSY'].includes(code) ||
    /^Connection terminated/.test(message)
  );
}

const schemaIn = ({ extra }: { extra?: { schema?: string } }): string | undefined => extra?.schema;

/** If several addresses refuse, Node's error has an empty message and only a code. */
const reasonOf = (error: unknown): string =>
  (error as Error).message || String((error as NodeJS.ErrnoException).code);
