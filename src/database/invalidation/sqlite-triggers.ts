import type { DataSource } from 'typeorm';
import type { Transaction } from '../transaction';

/** A process further behind than this empties its whole cache. */
const KEPT_ROWS = 10_000;

interface Trigger {
  table: 'users' | 'sessions';
  /** When it fires. */
  on: string;
  /** What it records: a SELECT of cache keys, which may use OLD and NEW. */
  keys: string;
}

const REPLACED_SESSIONS =
  "SELECT 'session:' || id_hash FROM sessions WHERE id_hash = NEW.id_hash OR public_id = NEW.public_id";

/**
 * A touch invalidates nothing, but an earlier deadline does. REPLACE deletes every row that has a unique value of the
 * new row, without firing the trigger of DELETE: the triggers before an insert or update record these rows.
 */
const TRIGGERS: Record<string, Trigger> = {
  tr_users_insert_replaces: {
    table: 'users',
    on: 'BEFORE INSERT ON users',
    keys: `SELECT 'user:' || id FROM users
      WHERE username_canonical = NEW.username_canonical OR email_canonical = NEW.email_canonical`,
  },
  tr_users_update_replaces: {
    table: 'users',
    on: 'BEFORE UPDATE OF id, username_canonical, email_canonical ON users',
    keys: `SELECT 'user:' || id FROM users
      WHERE id = NEW.id OR username_canonical = NEW.username_canonical OR email_canonical = NEW.email_canonical`,
  },
  tr_users_insert_invalidate: {
    table: 'users',
    on: 'AFTER INSERT ON users',
    keys: "SELECT 'user:' || NEW.id",
  },
  tr_users_update_invalidate: {
    table: 'users',
    on: 'AFTER UPDATE ON users',
    keys: "SELECT 'user:' || OLD.id",
  },
  tr_users_delete_invalidate: {
    table: 'users',
    on: 'AFTER DELETE ON users',
    keys: "SELECT 'user:' || OLD.id",
  },
  tr_sessions_insert_replaces: {
    table: 'sessions',
    on: 'BEFORE INSERT ON sessions',
    keys: REPLACED_SESSIONS,
  },
  tr_sessions_update_replaces: {
    table: 'sessions',
    on: 'BEFORE UPDATE OF id_hash, public_id ON sessions',
    keys: REPLACED_SESSIONS,
  },
  tr_sessions_update_invalidate: {
    table: 'sessions',
    on: `AFTER UPDATE ON sessions WHEN OLD.ended_at IS NULL AND (NEW.ended_at IS NOT NULL OR NEW.version <> OLD.version
      OR NEW.data <> OLD.data OR NEW.idle_expires_at < OLD.idle_expires_at OR NEW.id_hash <> OLD.id_hash
      OR NEW.user_id IS NOT OLD.user_id)`,
    keys: "SELECT 'session:' || OLD.id_hash",
  },
  tr_sessions_delete_invalidate: {
    table: 'sessions',
    on: 'AFTER DELETE ON sessions WHEN OLD.ended_at IS NULL',
    keys: "SELECT 'session:' || OLD.id_hash",
  },
};

/** Earlier versions had these, too. */
const FORMER_TRIGGERS = ['tr_sessions_insert_invalidate'];

/** Instead of a cache key: any row may have changed. */
export const EVERYTHING = '*';

export const TRIGGER_COUNT = Object.keys(TRIGGERS).length;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Counts the triggers that are as defined here. If its table is renamed, SQLite changes the definition of a trigger, and
 * the table that takes its place has none.
 */
export const COUNT_TRIGGERS = `SELECT count(*) AS triggers FROM sqlite_master WHERE type = 'trigger'
  AND (tbl_name, sql) IN (VALUES ${Object.keys(TRIGGERS)
    .map((name) => `(${quoted(TRIGGERS[name].table)}, ${quoted(definitionOf(name))})`)
    .join()})`;

/**
 * Creates the triggers unless all are there. This runs at every start instead of in a migration: TypeORM changes a
 * SQLite table by recreating it and so drops its triggers, in the application's migrations too.
 */
export async function createTriggers(writer: DataSource): Promise<void> {
  if (await haveAllTriggers(writer)) return;
  const runner = writer.createQueryRunner();
  await runner.query('BEGIN IMMEDIATE'); // waits for other instances that start
  try {
    if (!(await haveAllTriggers(runner))) await recreateTriggers(runner);
    await runner.query('COMMIT');
  } catch (error) {
    await runner.query('ROLLBACK');
    throw error;
  } finally {
    await runner.release();
  }
}

async function haveAllTriggers(database: Transaction): Promise<boolean> {
  const [{ triggers }] = (await database.query(COUNT_TRIGGERS)) as [{ triggers: number }];
  return triggers === TRIGGER_COUNT;
}

async function recreateTriggers(transaction: Transaction): Promise<void> {
  await dropTriggers(transaction);
  for (const name of Object.keys(TRIGGERS)) await transaction.query(definitionOf(name));
  // Rows may have changed unrecorded while a trigger was missing.
  await transaction.query('INSERT INTO cache_invalidations (cache_key) VALUES ($1)', [EVERYTHING]);
}

export async function dropTriggers(transaction: Transaction): Promise<void> {
  for (const name of [...Object.keys(TRIGGERS), ...FORMER_TRIGGERS])
    await transaction.query('DROP TRIGGER IF EXISTS '.concat(name));
}

/** As SQLite stores it in `sqlite_master`. */
function definitionOf(name: string): string {
  const { on, keys } = TRIGGERS[name];
  return `CREATE TRIGGER ${name} ${on} BEGIN
    INSERT INTO cache_invalidations (cache_key) ${keys};
    DELETE FROM cache_invalidations WHERE id <= (SELECT max(id) FROM cache_invalidations) - ${KEPT_ROWS};
  END`;
}
