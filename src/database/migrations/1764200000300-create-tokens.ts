import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateTokens1764200000300 implements MigrationInterface {
  name = 'CreateTokens1764200000300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'tokens',
        columns: [
          {
            name: 'token_hash',
            type: 'varchar',
            length: '43',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_tokens',
          },
          { name: 'purpose', type: 'varchar', length: '32' },
          { name: 'user_id', type: 'integer' },
          { name: 'security_version', type: 'integer' },
          { name: 'payload', type: 'text' },
          { name: 'expires_at', type: 'bigint' },
          { name: 'used_at', type: 'bigint', isNullable: true },
        ],
        indices: [
          { name: 'uq_tokens_user_id_purpose', columnNames: ['user_id', 'purpose'], isUnique: true },
          { name: 'ix_tokens_expires_at', columnNames: ['expires_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('tokens');
  }
}
