import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateOutbox1764200000400 implements MigrationInterface {
  name = 'CreateOutbox1764200000400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'outbox',
        columns: [
          // AUTOINCREMENT on SQLite: a worker that is slow to delete a finished job must not delete a new one
          // with the same ID.
          {
            name: 'id',
            type: 'integer',
            isPrimary: true,
            isGenerated: true,
            generationStrategy: 'increment',
            primaryKeyConstraintName: 'pk_outbox',
          },
          { name: 'kind', type: 'varchar', length: '64' },
          { name: 'params', type: 'text' },
          { name: 'attempts', type: 'integer' },
          { name: 'next_attempt_at', type: 'bigint' },
          { name: 'created_at', type: 'bigint' },
        ],
        indices: [{ name: 'ix_outbox_next_attempt_at', columnNames: ['next_attempt_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('outbox');
  }
}
