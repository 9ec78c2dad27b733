import type { ThrottleRule } from './throttle-rules';

/** Allows for clock differences between instances and for time that a request has queued. */
const SLACK = 60_000;

/**
 * Counts one failure in one statement, on SQLite and PostgreSQL, so parallel failures add up. Its parameters
 * are the hash of the key and the time. It returns `failures`, or no row if the key is blocked.
 *
 * A time further ahead than the rule allows means that a clock was set back, so it does not block.
 */
export function countStatement({ memory, isWindow, steps }: ThrottleRule): string {
  const now = 'excluded.updated_at';
  const isExpired = `(counter.expires_at <= ${now} OR counter.expires_at > ${now} + ${memory + SLACK})`;
  const isFree = `(counter.blocked_until <= ${now} OR counter.blocked_until > ${now} + ${steps[0].wait + SLACK})`;
  const start = isWindow ? `counter.expires_at - ${memory}` : now;
  const waits = steps
    .map(({ failures, wait }) => `WHEN counter.failures + 1 >= ${failures} THEN ${start} + ${wait}`)
    .join(' ');
  // For SQLite, TypeORM returns rows only if the statement does not begin with INSERT.
  return `WITH attempt AS (SELECT CAST($1 AS varchar(43)) AS key_hash, CAST($2 AS bigint) AS moment)
    INSERT INTO throttle_counters AS counter (key_hash, failures, blocked_until, expires_at, updated_at)
    SELECT key_hash, 1, 0, moment + ${memory}, moment FROM attempt WHERE true
    ON CONFLICT (key_hash) DO UPDATE SET
      failures = CASE WHEN ${isExpired} THEN 1 ELSE counter.failures + 1 END,
      blocked_until = CASE WHEN ${isExpired} THEN 0 ${waits} ELSE 0 END,
      expires_at = CASE WHEN ${isExpired} THEN excluded.expires_at ELSE ${start} + ${memory} END,
      updated_at = ${now}
    WHERE ${isExpired} OR ${isFree}
    RETURNING failures`;
}
