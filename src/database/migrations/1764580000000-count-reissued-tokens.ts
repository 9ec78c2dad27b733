import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

export class CountReissuedTokens1764580000000 implements MigrationInterface {
  name = 'CountReissuedTokens1764580000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'remember_families',
      new TableColumn({ name: 'reissues', type: 'integer', default: 0 }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('remember_families', 'reissues');
  }
}
