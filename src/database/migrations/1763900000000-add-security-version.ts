import type { MigrationInterface, QueryRunner } from 'typeorm';

const VERSION = 'security_version integer NOT NULL DEFAULT 1';

/**
 * Plain SQL, which both databases accept: TypeORM would recreate SQLite's table and lose its ID sequence, so
 * a new user could get the ID of a deleted one.
 */
export class AddSecurityVersion1763900000000 implements MigrationInterface {
  name = 'AddSecurityVersion1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users ADD COLUMN ${VERSION}`);
    await runner.query('ALTER TABLE users ADD COLUMN disabled_at bigint');
    await runner.query(`ALTER TABLE remember_families ADD COLUMN ${VERSION}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE remember_families DROP COLUMN security_version');
    await runner.query('ALTER TABLE users DROP COLUMN disabled_at');
    await runner.query('ALTER TABLE users DROP COLUMN security_version');
  }
}
