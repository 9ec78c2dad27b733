import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateSubmissions1764550000001 implements MigrationInterface {
  name = 'CreateSubmissions1764550000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'submissions',
        columns: [
          {
            name: 'id_hash',
            type: 'varchar',
            length: '43',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_submissions',
          },
          { name: 'digest', type: 'varchar', length: '43' },
          { name: 'session_id_hash', type: 'varchar', length: '43', isNullable: true },
          { name: 'outcome', type: 'text', isNullable: true },
          { name: 'repeats', type: 'integer', default: 0 },
          { name: 'expires_at', type: 'bigint' },
        ],
        indices: [{ name: 'ix_submissions_expires_at', columnNames: ['expires_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('submissions');
  }
}
