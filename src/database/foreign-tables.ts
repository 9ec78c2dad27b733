import type { DataSource, QueryRunner } from 'typeorm';
import { MIGRATIONS_TABLE } from './data-source-options';

/** Our tables whose names other applications use too. */
const TABLES = ['users', 'sessions', 'tokens', 'outbox'];

/** Tells the operator what to do instead of starting. The message has no stack trace: it would not help. */
export class ForeignTables extends Error {
  constructor(tables: string[]) {
    super(
      `The database holds tables of another application that are named as ours: ${tables.join(', ')}. ` +
        'Give Latchkey a database of its own (DATABASE_URL). Users can be imported from the other one: ' +
        'npx latchkey users import FILE --dry-run; see docs/accounts.md, "Moving users from another system".',
    );
    this.name = 'ForeignTables';
    this.stack = this.message;
  }
}

export async function foreignTablesOf(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  return foreignTables(runner).finally(() => runner.release());
}

/** Once one of our migrations has run, the tables are ours: one lock creates all of them or none. */
export async function foreignTables(runner: QueryRunner): Promise<string[]> {
  if (await runner.hasTable(MIGRATIONS_TABLE)) return [];
  const found: string[] = [];
  for (const table of TABLES) if (await runner.hasTable(table)) found.push(table);
  return found;
}
