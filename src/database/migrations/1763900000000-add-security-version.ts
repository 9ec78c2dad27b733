import type { MigrationInterface, QueryRunner } from 'typeorm';

const VERSION = 'security_version integer NOT NULL DEFAULT 1';

/**
 * In plain SQL, which both engines understand: TypeORM would build SQLite's table anew and lose the highest ID ever
 * given, and the next user would get the ID of one who was deleted.
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
