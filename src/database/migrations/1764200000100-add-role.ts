import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Plain SQL for the same reason as `AddSecurityVersion`. Existing users don't become admins. */
export class AddRole1764200000100 implements MigrationInterface {
  name = 'AddRole1764200000100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE users ADD COLUMN role varchar(16) NOT NULL DEFAULT 'user'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN role');
  }
}
