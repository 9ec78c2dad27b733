import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Notifies every instance of changed rows in users and sessions, so they can invalidate their caches. A touch
 * sends nothing, but an earlier deadline does. For SQLite see `CreateCacheInvalidations`.
 */
export class NotifyChanges1764300000000 implements MigrationInterface {
  name = 'NotifyChanges1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type !== 'postgres') return;
    await runner.query(`
      CREATE FUNCTION latchkey_notify_user() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_notify('latchkey_changes', 'user:' || OLD.id); RETURN NULL; END $$`);
    await runner.query(`
      CREATE FUNCTION latchkey_notify_session() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_notify('latchkey_changes', 'session:' || OLD.id_hash); RETURN NULL; END $$`);
    await runner.query(`
      CREATE TRIGGER tr_users_notify AFTER UPDATE OR DELETE ON users
      FOR EACH ROW EXECUTE FUNCTION latchkey_notify_user()`);
    await runner.query(`
      CREATE TRIGGER tr_sessions_notify_update AFTER UPDATE ON sessions FOR EACH ROW
      WHEN (OLD.ended_at IS NULL AND (NEW.ended_at IS NOT NULL OR NEW.version <> OLD.version OR NEW.data <> OLD.data
        OR NEW.idle_expires_at < OLD.idle_expires_at))
      EXECUTE FUNCTION latchkey_notify_session()`);
    await runner.query(`
      CREATE TRIGGER tr_sessions_notify_delete AFTER DELETE ON sessions FOR EACH ROW
      WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION latchkey_notify_session()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type !== 'postgres') return;
    await runner.query('DROP TRIGGER tr_sessions_notify_delete ON sessions');
    await runner.query('DROP TRIGGER tr_sessions_notify_update ON sessions');
    await runner.query('DROP TRIGGER tr_users_notify ON users');
    await runner.query('DROP FUNCTION latchkey_notify_session()');
    await runner.query('DROP FUNCTION latchkey_notify_user()');
  }
}
