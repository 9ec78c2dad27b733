import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { foreignTables, ForeignTables } from './foreign-tables';

/** Any number that no other application uses on the same server. */
const LOCK = 0x1a7c4;

/**
 * Brings the schema up to date under a lock, all or nothing: of several instances that start at once one migrates and
 * the others wait, and a start that is killed midway leaves the schema as it was.
 */
export async function migrate(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  const isSqlite = source.options.type === 'sqlite';
  try {
    // Changing a SQLite table can mean copying and dropping it, which must not cascade to what refers to it.
    // The switch has no effect inside a transaction.
    if (isSqlite) await runner.query('PRAGMA foreign_keys = OFF');
    await runner.query(isSqlite ? 'BEGIN IMMEDIATE' : 'BEGIN');
    try {
      if (!isSqlite) await runner.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      const foreign = await foreignTables(runner);
      if (foreign.length > 0) throw new ForeignTables(foreign);
      await runPending(source, runner);
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

async function runPending(source: DataSource, runner: QueryRunner): Promise<void> {
  const executor = new MigrationExecutor(source, runner);
  executor.transaction = 'none'; // ours is open already
  await executor.executePendingMigrations();
}

async function refuseBrokenReferences(runner: QueryRunner): Promise<void> {
  const broken = (await runner.query('PRAGMA foreign_key_check')) as unknown[];
  if (broken.length > 0)
    throw new Error(`A migration left ${broken.length} references to rows that are gone`);
}
