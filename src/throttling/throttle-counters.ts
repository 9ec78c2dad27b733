import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, LessThanOrEqual, type Repository } from 'typeorm';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { Database } from '../database/database';
import { countStatement } from './count-statement';
import { ThrottleCounter } from './throttle-counter.entity';
import type { ThrottleRule } from './throttle-rules';

/** What failures are counted under, and by which rule. */
export interface Counted {
  rule: ThrottleRule;
  /** Any text; kept as an HMAC. */
  key: string;
}

/** Whether all counters let a try through, with the failures that each now has; else how long to wait. */
export type Reservation = { failures: number[] } | { blockedFor: number; by: Counted };

/** Failures under keys, counted in SQL: instances share them and a restart keeps them. */
@Injectable()
export class ThrottleCounters {
  constructor(
    @InjectRepository(ThrottleCounter) private readonly rows: Repository<ThrottleCounter>,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one failure under each key, or under none if any of them is blocked. A try is counted before it is looked
   * at, so that those made at the same moment are not more than those made one by one.
   * @param counted in one order everywhere: two requests that lock rows the other way round would wait for each other.
   */
  async reserve(counted: Counted[]): Promise<Reservation> {
    const now = this.clock.now();
    try {
      return await this.database.transaction(async (manager) => {
        const failures: number[] = [];
        for (const one of counted) failures.push(await this.count(manager, one, now));
        return { failures };
      });
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      return { blockedFor: await this.blockedFor(counted, now), by: error.by };
    }
  }

  /** @returns how long this key is blocked, in milliseconds; 0 when it is not. Counts nothing. */
  async isBlockedFor(one: Counted): Promise<number> {
    const counter = await this.rows.findOneBy({ keyHash: this.hashOf(one) });
    return counter ? Math.max(0, counter.blockedUntil - this.clock.now()) : 0;
  }

  /** Takes one failure back under each key: the try was right, or was not looked at. */
  async giveBack(counted: Counted[]): Promise<void> {
    await this.database.transaction((manager) => this.takeBack(manager, counted));
  }

  /** Forgets all failures under some keys and takes one back under others. */
  async clear(cleared: Counted[], takenBack: Counted[] = []): Promise<void> {
    await this.database.transaction(async (manager) => {
      await this.takeBack(manager, takenBack);
      for (const one of cleared) await manager.delete(ThrottleCounter, { keyHash: this.hashOf(one) });
    });
  }

  /** Deletes counters in which nothing counts any more. @returns how many, at most `limit`. */
  async purge(limit: number): Promise<number> {
    const where = { expiresAt: LessThanOrEqual(this.clock.now()) };
    const expired = await this.rows.find({ select: { keyHash: true }, where, take: limit });
    if (expired.length === 0) return 0;
    const keyHash = In(expired.map((counter) => counter.keyHash));
    // One that has counted since then stays.
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

  /** Without the secret nobody can try out which account or address stands behind a row. */
  private hashOf({ key }: Counted): string {
    return createHmac('sha256', `latchkey throttle ${this.settings.sessionSecrets[0]}`)
      .update(key)
      .digest('base64url');
  }
}

/** Rolls back what the other counters have counted. */
class Blocked extends Error {
  constructor(readonly by: Counted) {
    super('blocked');
  }
}
