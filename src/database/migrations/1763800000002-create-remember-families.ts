import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateRememberFamilies1763800000002 implements MigrationInterface {
  name = 'CreateRememberFamilies1763800000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'remember_families',
        columns: [
          {
            name: 'selector',
            type: 'varchar',
            length: '22',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_remember_families',
          },
          { name: 'user_id', type: 'integer' },
          { name: 'validator_hash', type: 'varchar', length: '43' },
          { name: 'previous_validator_hash', type: 'varchar', length: '43', isNullable: true },
          { name: 'rotated_at', type: 'bigint' },
          { name: 'expires_at', type: 'bigint' },
          { name: 'ended_at', type: 'bigint', isNullable: true },
          { name: 'end_reason', type: 'varchar', length: '20', isNullable: true },
        ],
        indices: [
          { name: 'ix_remember_families_user_id', columnNames: ['user_id'] },
          { name: 'ix_remember_families_expires_at', columnNames: ['expires_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('remember_families');
  }
}
