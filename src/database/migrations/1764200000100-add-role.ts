import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In plain SQL for the reason that `AddSecurityVersion` gives. Whoever is there already is no admin. */
export class AddRole1764200000100 implements MigrationInterface {
  name = 'AddRole1764200000100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE users ADD COLUMN role varchar(16) NOT NULL DEFAULT 'user'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN role');
  }
}
