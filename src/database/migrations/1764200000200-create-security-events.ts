import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateSecurityEvents1764200000200 implements MigrationInterface {
  name = 'CreateSecurityEvents1764200000200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'security_events',
        columns: [
          {
            name: 'id',
            type: 'integer',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_security_events',
          },
          { name: 'name', type: 'varchar', length: '64' },
          { name: 'at', type: 'bigint' },
          { name: 'user_id', type: 'integer', isNullable: true },
          { name: 'actor_id', type: 'integer', isNullable: true },
          { name: 'session_id_hash', type: 'varchar', length: '43', isNullable: true },
          { name: 'request_id', type: 'varchar', length: '36', isNullable: true },
          { name: 'ip', type: 'varchar', length: '45', isNullable: true },
          { name: 'user_agent', type: 'varchar', length: '255', isNullable: true },
          { name: 'details', type: 'text' },
          { name: 'previous_hash', type: 'varchar', length: '43' },
          { name: 'hash', type: 'varchar', length: '43' },
        ],
        indices: [{ name: 'ix_security_events_user_id', columnNames: ['user_id', 'id'] }],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'audit_head',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, primaryKeyConstraintName: 'pk_audit_head' },
          { name: 'anchor_id', type: 'integer' },
          { name: 'anchor_hash', type: 'varchar', length: '43' },
          { name: 'last_id', type: 'integer' },
          { name: 'last_hash', type: 'varchar', length: '43' },
          { name: 'seal', type: 'varchar', length: '43' },
        ],
      }),
    );
    // Only this migration inserts it: if it is missing later, an attacker has removed it, so nothing
    // recreates it.
    await runner.query(
      "INSERT INTO audit_head (id, anchor_id, anchor_hash, last_id, last_hash, seal) VALUES (1, 0, '', 0, '', '')",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('audit_head');
    await runner.dropTable('security_events');
  }
}
