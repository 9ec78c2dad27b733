import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateFreedUsernames1764530000001 implements MigrationInterface {
  name = 'CreateFreedUsernames1764530000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'freed_usernames',
        columns: [
          {
            name: 'id',
            type: 'integer',
            isPrimary: true,
            isGenerated: true,
            generationStrategy: 'increment',
            primaryKeyConstraintName: 'pk_freed_usernames',
          },
          { name: 'owner_id', type: 'integer' },
          { name: 'name_hash', type: 'varchar', length: '43' },
          { name: 'expires_at', type: 'bigint' },
        ],
        indices: [
          { name: 'ix_freed_usernames_name_hash', columnNames: ['name_hash'] },
          { name: 'ix_freed_usernames_owner_id', columnNames: ['owner_id'] },
          { name: 'ix_freed_usernames_expires_at', columnNames: ['expires_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('freed_usernames');
  }
}
