import { createHmac } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, LessThanOrEqual, type Repository } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import { Clock } from '../options/clock';
import { RecurringJobs } from '../options/recurring-jobs';
import { Settings } from '../options/settings';
import { Database } from '../database/database';
import { purgeInBatches } from '../database/purge-in-batches';
import { ThrottleCounter } from './throttle-counter.entity';
import type { ThrottleRule } from './throttle-rules';
import { type Counted, type Reservation, ThrottleStore } from './throttle-store';

/** Allows for clock differences between instances and for time that a request has queued. */
const SLACK = 60_000;

/**
 * Counts one failure in one statement, on SQLite and PostgreSQL, so parallel failures add up. Its parameters
 * are the hash of the key and the time. It returns `failures`, or no row if the key is blocked.
 *
 * A time further ahead than the rule allows means that a clock was set back, so it does not block.
 */
function countStatement({ memory, isWindow, steps }: ThrottleRule): string {
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

/** Failure counts in SQL: all instances share them, and they survive a restart. */
@Injectable()
export class ThrottleCounters extends ThrottleStore {
  constructor(
    @InjectRepository(ThrottleCounter, LATCHKEY_DATA_SOURCE)
    private readonly rows: Repository<ThrottleCounter>,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    super();
  }

  async reserve(counted: Counted[]): Promise<Reservation> {
    const now = this.clock.now();
    const countAll = async (manager: EntityManager) => {
      const failures: number[] = [];
      for (const one of counted) failures.push(await this.count(manager, one, now));
      return { failures };
    };
    try {
      const isStatement = counted.length === 1;
      return await (isStatement ? this.database.write(countAll) : this.database.transaction(countAll));
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      return { blockedFor: await this.blockedFor(counted, now), by: error.by };
    }
  }

  async isBlockedFor(one: Counted): Promise<number> {
    const counter = await this.rows.findOneBy({ keyHash: this.hashOf(one) });
    return counter ? Math.max(0, counter.blockedUntil - this.clock.now()) : 0;
  }

  async uncount(counted: Counted[]): Promise<void> {
    await this.database.transaction((manager) => this.takeBack(manager, counted));
  }

  async clear(cleared: Counted[], takenBack: Counted[] = []): Promise<void> {
    await this.database.transaction(async (manager) => {
      await this.takeBack(manager, takenBack);
      for (const one of cleared) await manager.delete(ThrottleCounter, { keyHash: this.hashOf(one) });
    });
  }

  /** Deletes up to `limit` expired counters. @returns how many. */
  async purge(limit: number): Promise<number> {
    const where = { expiresAt: LessThanOrEqual(this.clock.now()) };
    const expired = await this.rows.find({ select: { keyHash: true }, where, take: limit });
    if (expired.length === 0) return 0;
    const keyHash = In(expired.map((counter) => counter.keyHash));
    // With the same condition again, as a counter may have been used since.
    await this.database.write((manager) => manager.delete(ThrottleCounter, { keyHash, ...where }));
    return expired.length;
  }

  private async count(manager: EntityManager, one: Counted, now: number): Promise<number> {
    const rows = await manager.query<{ failures: number }[]>(countStatement(one.rule), [
      this.hashOf(one),
      now,
    ]);
    if (rows.length === 0) throw new Blocked(one);
    return rows[0].failures;
  }

  private async takeBack(manager: EntityManager, counted: Counted[]): Promise<void> {
    for (const one of counted) {
      await manager
        .createQueryBuilder()
        .update(ThrottleCounter)
        .set({ failures: () => 'failures - 1', blockedUntil: 0 })
        .where('key_hash = :keyHash AND failures > 0', { keyHash: this.hashOf(one) })
        .execute();
    }
  }

  /** In milliseconds, until none of them is blocked. */
  private async blockedFor(counted: Counted[], now: number): Promise<number> {
    const blocked = await this.rows.findBy({ keyHash: In(counted.map((one) => this.hashOf(one))) });
    return Math.max(1, ...blocked.map(({ blockedUntil }) => blockedUntil - now));
  }

  /** Without the secret, an attacker cannot test which account or address a row belongs to. */
  private hashOf({ key }: Counted): string {
    return createHmac('sha256', `latchkey throttle ${this.settings.sessionSecrets[0]}`)
      .update(key)
      .digest('base64url');
  }
}

/** Rolls back the counts of the other keys. */
class Blocked extends Error {
  constructor(readonly by: Counted) {
    super('blocked');
  }
}

/** Deletes expired counters in small batches. */
@Injectable()
export class ExpiredCounters {
  private readonly logger = new Logger(ExpiredCounters.name);

  constructor(
    private readonly counters: ThrottleCounters,
    jobs: RecurringJobs,
  ) {
    jobs.every(10 * 60_000, () => this.purge());
  }

  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'counters', (limit) => this.counters.purge(limit));
  }
}
