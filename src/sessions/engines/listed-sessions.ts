import type { Database } from '../../database/database';
import type { ListedSession } from '../session-engine';

/** More than the session limit allows one user; older data may have more. */
const LISTED_AT_MOST = 2_000;

type Time = 'createdAt' | 'lastSeenAt';
type Row = Omit<ListedSession, Time> & Record<Time | 'idleExpiresAt', number | string>;

/** Without the sessions' values, which no list shows. */
const LIVE_SESSIONS = `SELECT id_hash AS "idHash", public_id AS "publicId", family_id AS "familyId", ip,
    user_agent AS "userAgent", created_at AS "createdAt", last_seen_at AS "lastSeenAt",
    idle_expires_at AS "idleExpiresAt"
  FROM sessions WHERE user_id = $1 AND ended_at IS NULL
  ORDER BY last_seen_at DESC, created_at DESC LIMIT $2`;

/** The live sessions of a user, most recently used first. */
export async function listedSessions(
  database: Database,
  userId: number,
  now: number,
): Promise<ListedSession[]> {
  const rows = await database.read<Row>(LIVE_SESSIONS, [userId, LISTED_AT_MOST]);
  // Not in the statement: the time would make SQLite scan the live sessions of all users.
  const live = rows.filter(({ idleExpiresAt }) => Number(idleExpiresAt) > now);
  return live.map(({ idleExpiresAt: _, createdAt, lastSeenAt, ...session }) => ({
    ...session,
    createdAt: Number(createdAt),
    lastSeenAt: Number(lastSeenAt),
  }));
}
