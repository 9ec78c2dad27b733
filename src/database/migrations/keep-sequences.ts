import type { QueryRunner } from 'typeorm';

const IS_TABLE = "EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)";
const IS_KEPT = 'EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)';

/**
 * Runs work that may recreate tables, as TypeORM does on SQLite to change one. Without its ID sequence, a table would give
 * the ID of a deleted row to a new one.
 */
export async function keepSequences(runner: QueryRunner, work: () => Promise<void>): Promise<void> {
  if (runner.connection.options.type !== 'sqlite') return work();
  const hasAny = await runner.hasTable('sqlite_sequence');
  const before = hasAny
    ? ((await runner.query('SELECT name, seq FROM sqlite_sequence')) as { name: string; seq: number }[])
    : [];
  await work();
  for (const { name, seq } of before) {
    await runner.query('DELETE FROM sqlite_sequence WHERE name = $1 AND seq < $2', [name, seq]);
    await runner.query(
      `INSERT INTO sqlite_sequence (name, seq) SELECT $1, $2 WHERE ${IS_TABLE} AND NOT ${IS_KEPT}`,
      [name, seq],
    );
  }
}
