import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

const COLUMNS = ['username', 'username_canonical'];

/** Imported names may be longer than the names users can choose. */
export class WidenUsernames1764570000000 implements MigrationInterface {
  name = 'WidenUsernames1764570000000';

  async up(runner: QueryRunner): Promise<void> {
    await resize(runner, 255);
  }

  async down(runner: QueryRunner): Promise<void> {
    await resize(runner, 64);
  }
}

async function resize(runner: QueryRunner, length: number): Promise<void> {
  if (runner.connection.options.type === 'sqlite') return rebuild(runner, length);
  // Plain SQL: TypeORM would drop the column with all names and add a new one.
  for (const column of COLUMNS) await runner.query(alter(column, length));
}

const alter = (column: string, length: number): string =>
  `ALTER TABLE users ALTER COLUMN ${column} TYPE varchar(${length})`;

/**
 * SQLite ignores the length, but the column would differ from its entity forever. Recreating the table loses
 * its ID sequence. Restore it, or a new user could get the ID of a deleted one.
 */
async function rebuild(runner: QueryRunner, length: number): Promise<void> {
  const given = (await runner.query("SELECT seq FROM sqlite_sequence WHERE name = 'users'")) as {
    seq: number;
  }[];
  const table = await runner.getTable('users');
  const columns = table?.columns.filter(({ name }) => COLUMNS.includes(name)) ?? [];
  await runner.changeColumns(
    'users',
    columns.map((oldColumn) => ({
      oldColumn,
      newColumn: new TableColumn({ name: oldColumn.name, type: 'varchar', length: String(length) }),
    })),
  );
  await runner.query("DELETE FROM sqlite_sequence WHERE name = 'users'");
  for (const { seq } of given)
    await runner.query("INSERT INTO sqlite_sequence (name, seq) VALUES ('users', $1)", [seq]);
}
