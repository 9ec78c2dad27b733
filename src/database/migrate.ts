import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { SettingsError } from '../options/load-settings';
import { foreignTables, ForeignTables } from './foreign-tables';
import { CORE_MIGRATIONS } from './migrations';
import { keepSequences } from './migrations/keep-sequences';

/** An arbitrary number that no other application uses on the same server. */
const LOCK = 0x1a7c4;

/**
 * Migrates the schema under a lock, all or nothing. If several instances start together, one migrates and the
 * others wait. A start that is killed midway leaves the schema unchanged.
 */
export async function migrate(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  const isSqlite = source.options.type === 'sqlite';
  try {
    // Changing a SQLite table can recreate it, and the drop must not cascade to referencing rows. The pragma
    // has no effect inside a transaction.
    if (isSqlite) await runner.query('PRAGMA foreign_keys = OFF');
    await runner.query(isSqlite ? 'BEGIN IMMEDIATE' : 'BEGIN');
    try {
      if (!isSqlite) await runner.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      const foreign = await foreignTables(runner);
      if (foreign.length > 0) throw new ForeignTables(foreign);
      await keepSequences(runner, () => runPending(source, runner));
      if (isSqlite) await refuseBrokenReferences(runner);
      await runner.query('COMMIT');
    } catch (error) {
      await runner.query('ROLLBACK');
      throw error;
    }
  } finally {
    if (isSqlite) await runner.query('PRAGMA foreign_keys = ON');
    await runner.release();
  }
}

/**
 * For a DataSource of the application that has `LATCHKEY_MIGRATIONS` among its own.
 * @throws SettingsError that names those that have not run.
 */
export async function requireMigrated(name: string, source: DataSource): Promise<void> {
  const executed = await new MigrationExecutor(source).getExecutedMigrations();
  const done = executed.map((migration) => migration.name);
  const missing = CORE_MIGRATIONS.map((migration) => migration.name).filter(
    (migration) => !done.includes(migration),
  );
  if (missing.length === 0) return;
  throw new SettingsError([
    `database.migrate is false, but the DataSource "${name}" lacks migrations of Latchkey: ${missing.join(', ')}. ` +
      'Add LATCHKEY_MIGRATIONS to its migrations and run them, or leave database.migrate out',
  ]);
}

async function runPending(source: DataSource, runner: QueryRunner): Promise<void> {
  const executor = new MigrationExecutor(source, runner);
  executor.transaction = 'none'; // a transaction is already open
  await executor.executePendingMigrations();
}

async function refuseBrokenReferences(runner: QueryRunner): Promise<void> {
  const broken = (await runner.query('PRAGMA foreign_key_check')) as unknown[];
  if (broken.length > 0)
    throw new Error(`A migration left ${broken.length} references to rows that are gone`);
}
