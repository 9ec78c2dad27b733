import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTriggers } from '../invalidation/sqlite-triggers';

const WITH_NONCE = `CREATE TABLE cache_invalidations (id integer PRIMARY KEY NOT NULL, cache_key varchar(60) NOT NULL,
  nonce text NOT NULL DEFAULT (lower(hex(randomblob(8)))))`;
const WITHOUT_NONCE =
  'CREATE TABLE cache_invalidations (id integer PRIMARY KEY NOT NULL, cache_key varchar(60) NOT NULL)';

const FORMER_TRIGGER = `
  CREATE TRIGGER tr_sessions_notify_update AFTER UPDATE ON sessions FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND (NEW.ended_at IS NOT NULL OR NEW.version <> OLD.version OR NEW.data <> OLD.data
    OR NEW.idle_expires_at < OLD.idle_expires_at))
  EXECUTE FUNCTION latchkey_notify_session()`;
const TRIGGER = `
  CREATE TRIGGER tr_sessions_notify_update AFTER UPDATE ON sessions FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND (NEW.ended_at IS NOT NULL OR NEW.version <> OLD.version OR NEW.data <> OLD.data
    OR NEW.idle_expires_at < OLD.idle_expires_at OR NEW.id_hash <> OLD.id_hash
    OR NEW.user_id IS DISTINCT FROM OLD.user_id))
  EXECUTE FUNCTION latchkey_notify_session()`;

/**
 * A session is invalidated when it gets another user or ID, too. On SQLite an invalidation has a random value, which
 * tells it from one with the same ID after a restore.
 */
export class RecordReplacedRows1764600000000 implements MigrationInterface {
  name = 'RecordReplacedRows1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type === 'sqlite') await recreateTable(runner, WITH_NONCE);
    else await recreateTrigger(runner, TRIGGER);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type === 'sqlite') await recreateTable(runner, WITHOUT_NONCE);
    else await recreateTrigger(runner, FORMER_TRIGGER);
  }
}

/** Its rows may go: the next start creates the triggers again and empties all caches. */
async function recreateTable(runner: QueryRunner, table: string): Promise<void> {
  await dropTriggers(runner);
  await runner.query('DROP TABLE cache_invalidations');
  await runner.query(table);
}

async function recreateTrigger(runner: QueryRunner, trigger: string): Promise<void> {
  await runner.query('DROP TRIGGER tr_sessions_notify_update ON sessions');
  await runner.query(trigger);
}
