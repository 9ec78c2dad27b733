import type { Clock } from '../../options/clock';
import type { Settings } from '../../options/settings';
import type { Database } from '../../database/database';
import { Batcher } from '../../database/batcher';
import { RequestDeadline } from '../../database/request-deadline';
import { newLife } from './session-life';

/**
 * Notes the last use of sessions: those of one turn of the event loop, and those that come up while others are written, in
 * one statement. Where more users are active than come back within a minute, nearly every request is such a write.
 */
export class TouchBuffer {
  /** Settles with the statement that is under way. */
  private written: Promise<unknown> = Promise.resolve();
  private readonly batcher = new Batcher<string, true>(
    (idHashes) => this.touchAll(idHashes),
    (begin) => void this.written.then(() => setImmediate(begin)),
  );

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Resolves when it is written. @throws DatabaseAway when the request's deadline is over. */
  async touch(idHash: string): Promise<void> {
    const deadline = RequestDeadline.current();
    const isWritten = await deadline.waitFor(() => this.batcher.load(idHash, deadline));
    // It is over, or somebody else holds it and may leave it as it is: alone it can wait for that.
    if (!isWritten) await this.write([idHash]);
  }

  private async touchAll(idHashes: string[]): Promise<Map<string, true>> {
    const writing = this.write(idHashes, 'SKIP LOCKED');
    this.written = writing.catch(() => undefined);
    return new Map((await writing).map((idHash) => [idHash, true]));
  }

  /**
   * @param locked what to do about rows that others hold. To wait for one while holding others could be a deadlock, and it
   * could be a log-out that PostgreSQL ends for it. SQLite locks no rows.
   * @returns those that were neither over nor left out.
   */
  private write(idHashes: string[], locked = ''): Promise<string[]> {
    const now = this.clock.now();
    const { absoluteExpiresAt, idleExpiresAt } = newLife(this.settings, now);
    const places = idHashes.map((_, index) => `$${index + 4}`).join();
    return this.database.write(async (manager) => {
      const isSqlite = manager.connection.options.type === 'sqlite';
      const chosen = isSqlite
        ? places
        : `SELECT id_hash FROM sessions WHERE id_hash IN (${places}) FOR UPDATE ${locked}`;
      const answer = await manager.query<[{ id_hash: string }[]] | undefined>(
        // The times as `touchedLife` has them; here in one statement.
        `UPDATE sessions SET last_seen_at = $1,
            absolute_expires_at = ${least('$2')}, idle_expires_at = ${least('$3')}
            WHERE id_hash IN (${chosen}) AND ended_at IS NULL AND idle_expires_at > $1${isSqlite ? '' : ' RETURNING id_hash'}`,
        [now, absoluteExpiresAt, idleExpiresAt, ...idHashes],
      );
      return answer ? answer[0].map((row) => row.id_hash) : idHashes;
    });
  }
}

/** Names and places of parameters are all that a statement here is made of. */
const least = (place: string): string =>
  `CASE WHEN absolute_expires_at < ${place} THEN absolute_expires_at ELSE ${place} END`;
