import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Plain SQL for the same reason as AddSecurityVersion. Earlier versions confirmed no addresses. */
export class TellConfirmedEmails1764200000000 implements MigrationInterface {
  name = 'TellConfirmedEmails1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users ADD COLUMN email_canonical varchar(254)');
    await runner.query('ALTER TABLE users ADD COLUMN pending_email varchar(254)');
    await runner.query('ALTER TABLE users ADD COLUMN pending_email_canonical varchar(254)');
    await runner.query('CREATE UNIQUE INDEX uq_users_email_canonical ON users (email_canonical)');
    await runner.query('CREATE INDEX ix_users_pending_email_canonical ON users (pending_email_canonical)');
    // The form accepted only ASCII, which both databases lower-case alike.
    await runner.query(
      'UPDATE users SET email_verified_at = NULL, pending_email = email, pending_email_canonical = lower(email)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_users_pending_email_canonical');
    await runner.query('DROP INDEX uq_users_email_canonical');
    await runner.query('ALTER TABLE users DROP COLUMN pending_email_canonical');
    await runner.query('ALTER TABLE users DROP COLUMN pending_email');
    await runner.query('ALTER TABLE users DROP COLUMN email_canonical');
  }
}
