import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Imported names may be longer than those that can be chosen. SQLite does not look at the length of a column. */
export class WidenUsernames1764570000000 implements MigrationInterface {
  name = 'WidenUsernames1764570000000';

  async up(runner: QueryRunner): Promise<void> {
    await resize(runner, 255);
  }

  async down(runner: QueryRunner): Promise<void> {
    await resize(runner, 64);
  }
}

/** Not by `changeColumn`, which would drop the column with all names and make another. */
async function resize(runner: QueryRunner, length: number): Promise<void> {
  if (runner.connection.options.type !== 'postgres') return;
  for (const column of ['username', 'username_canonical'])
    await runner.query(`ALTER TABLE users ALTER COLUMN ${column} TYPE varchar(${length})`);
}
