import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

export class NoteSeenTokens1764550000002 implements MigrationInterface {
  name = 'NoteSeenTokens1764550000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns('remember_families', [
      new TableColumn({ name: 'successor_salt', type: 'varchar', length: '22', isNullable: true }),
      new TableColumn({ name: 'seen_at', type: 'bigint', isNullable: true }),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns('remember_families', ['seen_at', 'successor_salt']);
  }
}
