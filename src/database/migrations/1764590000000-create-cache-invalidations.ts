import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTriggers } from '../invalidation/sqlite-triggers';

/**
 * SQLite has no LISTEN: its triggers write to a table what those of `NotifyChanges` tell on PostgreSQL. There, TRUNCATE fires no
 * trigger of rows, so it gets one of its own: an empty notice stands for any row.
 */
export class CreateCacheInvalidations1764590000000 implements MigrationInterface {
  name = 'CreateCacheInvalidations1764590000000';

  async up(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type === 'sqlite') {
      await runner.query(
        'CREATE TABLE cache_invalidations (id integer PRIMARY KEY NOT NULL, cache_key varchar(60) NOT NULL)',
      );
      return;
    }
    await runner.query(`
      CREATE FUNCTION latchkey_notify_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_notify('latchkey_changes_' || to_regnamespace(quote_ident(TG_TABLE_SCHEMA))::oid, '');
      RETURN NULL; END $$`);
    await runner.query(`
      CREATE TRIGGER tr_users_notify_truncate AFTER TRUNCATE ON users
      FOR EACH STATEMENT EXECUTE FUNCTION latchkey_notify_truncate()`);
    await runner.query(`
      CREATE TRIGGER tr_sessions_notify_truncate AFTER TRUNCATE ON sessions
      FOR EACH STATEMENT EXECUTE FUNCTION latchkey_notify_truncate()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type === 'sqlite') {
      await dropTriggers(runner);
      await runner.query('DROP TABLE cache_invalidations');
      return;
    }
    await runner.query('DROP TRIGGER tr_sessions_notify_truncate ON sessions');
    await runner.query('DROP TRIGGER tr_users_notify_truncate ON users');
    await runner.query('DROP FUNCTION latchkey_notify_truncate()');
  }
}
