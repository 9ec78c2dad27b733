import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateThrottleCounters1764000100000 implements MigrationInterface {
  name = 'CreateThrottleCounters1764000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'throttle_counters',
        columns: [
          {
            name: 'key_hash',
            type: 'varchar',
            length: '43',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_throttle_counters',
          },
          { name: 'failures', type: 'integer' },
          { name: 'blocked_until', type: 'bigint' },
          { name: 'expires_at', type: 'bigint' },
          { name: 'updated_at', type: 'bigint' },
        ],
        indices: [{ name: 'ix_throttle_counters_expires_at', columnNames: ['expires_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('throttle_counters');
  }
}
