import type { Transaction } from './transaction';

/**
 * Runs an UPDATE with RETURNING on SQLite and PostgreSQL.
 * @param sql with its placeholders in ascending order: SQLite numbers them as they appear.
 */
export async function updateReturning<Row>(
  transaction: Transaction,
  sql: string,
  parameters: unknown[],
): Promise<Row[]> {
  // For SQLite, TypeORM returns rows only if the statement does not begin with UPDATE.
  const answer = (await transaction.query('\n'.concat(sql), parameters)) as Row[] | [Row[], number];
  // For PostgreSQL, it returns them beside their number.
  const rows = Array.isArray(answer[0]) ? answer[0] : (answer as Row[]);
  return [...rows];
}
