import type { Clock } from '../../options/clock';
import type { Settings } from '../../options/settings';
import type { Database } from '../../database/database';
import { Batcher } from '../../database/batcher';
import { RequestDeadline } from '../../database/request-deadline';
import { newLife } from './session-row';

/**
 * Batches touches: one statement writes those of one turn of the event loop, and those that arrive while
 * another is running. If most users are active less than once a minute, nearly every request needs such a
 * write.
 */
export class TouchBuffer {
  /** Settles when the running statement does. */
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

  /** Resolves when written. @throws DatabaseUnavailable when the request's deadline has passed. */
  async touch(idHash: string): Promise<void> {
    const deadline = RequestDeadline.current();
    const isWritten = await deadline.waitFor(() => this.batcher.load(idHash, deadline));
    // It has ended, or another transaction holds its row. A single row can wait for the lock without a
    // deadlock.
    if (!isWritten) await this.write([idHash]);
  }

  private async touchAll(idHashes: string[]): Promise<Map<string, true>> {
    const writing = this.write(idHashes, 'SKIP LOCKED');
    this.written = writing.catch(() => undefined);
    return new Map((await writing).map((idHash) => [idHash, true]));
  }

  /**
   * @param locked what to do about locked rows. Waiting for one while holding others could deadlock, and
   * PostgreSQL might abort a log-out to resolve it. SQLite has no row locks.
   * @returns the touched sessions; ended and skipped ones are missing.
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
      const updated = await manager.query<[{ id_hash: string }[]] | undefined>(
        // The same times as `touchedLife`, in one statement.
        `UPDATE sessions SET last_seen_at = $1,
            absolute_expires_at = ${least('$2')}, idle_expires_at = ${least('$3')}
            WHERE id_hash IN (${chosen}) AND ended_at IS NULL AND idle_expires_at > $1${isSqlite ? '' : ' RETURNING id_hash'}`,
        [now, absoluteExpiresAt, idleExpiresAt, ...idHashes],
      );
      return updated ? updated[0].map((row) => row.id_hash) : idHashes;
    });
  }
}

/** Called with placeholders only, never with input. */
const least = (place: string): string =>
  `CASE WHEN absolute_expires_at < ${place} THEN absolute_expires_at ELSE ${place} END`;
