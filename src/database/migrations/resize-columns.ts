import type { QueryRunner, TableColumn } from 'typeorm';
import { keepSequences } from './keep-sequences';

/** Changes the length of varchar columns of `users` and keeps their values. */
export async function resizeColumns(runner: QueryRunner, columns: string[], length: number): Promise<void> {
  if (runner.connection.options.type === 'sqlite') return rebuild(runner, columns, length);
  // Plain SQL: TypeORM would drop the column with all values and add a new one.
  for (const column of columns) await runner.query(alter(column, length));
}

const alter = (column: string, length: number): string =>
  `ALTER TABLE users ALTER COLUMN ${column} TYPE varchar(${length})`;

/** SQLite ignores the length, but the column would differ from its entity forever. */
async function rebuild(runner: QueryRunner, names: string[], length: number): Promise<void> {
  const table = await runner.getTable('users');
  const columns = table?.columns.filter(({ name }) => names.includes(name)) ?? [];
  const changes = columns.map((oldColumn) => {
    const newColumn: TableColumn = oldColumn.clone();
    newColumn.length = String(length);
    return { oldColumn, newColumn };
  });
  await keepSequences(runner, () => runner.changeColumns('users', changes));
}
