import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateKeptForms1763900000001 implements MigrationInterface {
  name = 'CreateKeptForms1763900000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'kept_forms',
        columns: [
          {
            name: 'token_hash',
            type: 'varchar',
            length: '43',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_kept_forms',
          },
          { name: 'session_id_hash', type: 'varchar', length: '43' },
          { name: 'user_id', type: 'integer' },
          { name: 'sealed', type: 'text' },
          { name: 'expires_at', type: 'bigint' },
        ],
        indices: [
          { name: 'uq_kept_forms_session_id_hash', columnNames: ['session_id_hash'], isUnique: true },
          { name: 'ix_kept_forms_expires_at', columnNames: ['expires_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('kept_forms');
  }
}
