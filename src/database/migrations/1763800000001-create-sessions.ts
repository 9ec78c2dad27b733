import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateSessions1763800000001 implements MigrationInterface {
  name = 'CreateSessions1763800000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'sessions',
        columns: [
          {
            name: 'id_hash',
            type: 'varchar',
            length: '43',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_sessions',
          },
          { name: 'public_id', type: 'varchar', length: '22' },
          { name: 'user_id', type: 'integer', isNullable: true },
          { name: 'family_id', type: 'varchar', length: '22', isNullable: true },
          { name: 'data', type: 'text' },
          { name: 'version', type: 'integer' },
          { name: 'ip', type: 'varchar', length: '45', isNullable: true },
          { name: 'user_agent', type: 'varchar', length: '255', isNullable: true },
          { name: 'created_at', type: 'bigint' },
          { name: 'last_seen_at', type: 'bigint' },
          { name: 'idle_expires_at', type: 'bigint' },
          { name: 'absolute_expires_at', type: 'bigint' },
          { name: 'ended_at', type: 'bigint', isNullable: true },
          { name: 'end_reason', type: 'varchar', length: '20', isNullable: true },
        ],
        indices: [
          { name: 'uq_sessions_public_id', columnNames: ['public_id'], isUnique: true },
          { name: 'ix_sessions_user_id', columnNames: ['user_id'] },
          { name: 'ix_sessions_family_id', columnNames: ['family_id'] },
          { name: 'ix_sessions_idle_expires_at', columnNames: ['idle_expires_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('sessions');
  }
}
