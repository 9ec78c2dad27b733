import type { DataSource, QueryRunner } from 'typeorm';

/** A process further behind than this empties its whole cache. */
const KEPT_ROWS = 10_000;

/** The body may use OLD and NEW. A touch invalidates nothing, but an earlier deadline does. */
const TRIGGERS: Record<string, { on: string; key: string }> = {
  // REPLACE deletes a row without firing the trigger of DELETE.
  tr_users_insert_invalidate: { on: 'INSERT ON users', key: "'user:' || NEW.id" },
  tr_users_update_invalidate: { on: 'UPDATE ON users', key: "'user:' || OLD.id" },
  tr_users_delete_invalidate: { on: 'DELETE ON users', key: "'user:' || OLD.id" },
  tr_sessions_insert_invalidate: { on: 'INSERT ON sessions', key: "'session:' || NEW.id_hash" },
  tr_sessions_update_invalidate: {
    on: `UPDATE ON sessions WHEN OLD.ended_at IS NULL AND (NEW.ended_at IS NOT NULL OR NEW.version <> OLD.version
      OR NEW.data <> OLD.data OR NEW.idle_expires_at < OLD.idle_expires_at)`,
    key: "'session:' || OLD.id_hash",
  },
  tr_sessions_delete_invalidate: {
    on: 'DELETE ON sessions WHEN OLD.ended_at IS NULL',
    key: "'session:' || OLD.id_hash",
  },
};

/** Instead of a cache key: any row may have changed. */
export const EVERYTHING = '*';

export const TRIGGER_COUNT = Object.keys(TRIGGERS).length;

/** Counts the existing triggers. */
export const COUNT_TRIGGERS = `SELECT count(*) AS triggers FROM sqlite_master WHERE type = 'trigger'
  AND name IN (${Object.keys(TRIGGERS)
    .map((name) => `'${name}'`)
    .join()})`;

/**
 * Creates the missing triggers. This runs at every start instead of in a migration: TypeORM changes a SQLite
 * table by recreating it and so drops its triggers, in the application's migrations too.
 */
export async function createTriggers(writer: DataSource): Promise<void> {
  const [{ triggers }] = await writer.query<[{ triggers: number }]>(COUNT_TRIGGERS);
  if (triggers === TRIGGER_COUNT) return;
  for (const name of Object.keys(TRIGGERS)) await writer.query(creationOf(name));
  // Rows may have changed unrecorded while a trigger was missing. Last, so that it covers all of them.
  await writer.query('INSERT INTO cache_invalidations (cache_key) VALUES ($1)', [EVERYTHING]);
}

export async function dropTriggers(runner: QueryRunner): Promise<void> {
  for (const name of Object.keys(TRIGGERS)) await runner.query('DROP TRIGGER IF EXISTS '.concat(name));
}

function creationOf(name: string): string {
  const { on, key } = TRIGGERS[name];
  return `CREATE TRIGGER IF NOT EXISTS ${name} AFTER ${on} BEGIN
    INSERT INTO cache_invalidations (cache_key) VALUES (${key});
    DELETE FROM cache_invalidations WHERE id <= last_insert_rowid() - ${KEPT_ROWS};
  END`;
}
