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

/** A key and the rule for its failures. */
export interface Counted {
  rule: ThrottleRule;
  /** Any text; stored as an HMAC. */
  key: string;
}

/** If no counter blocks the attempt, the failures of each; else the time to wait in milliseconds. */
export type Reservation = { failures: number[] } | { blockedFor: number; by: Counted };

/** Failure counts in SQL: all instances share them, and they survive a restart. */
@Injectable()
export class ThrottleCounters {
  constructor(
    @InjectRepository(ThrottleCounter) private readonly rows: Repository<ThrottleCounter>,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one failure under each key, or under none if any is blocked. It counts before the check, so
   * parallel attempts get no more guesses than sequential ones.
   * @param counted in a fixed order, or two requests could deadlock on the rows.
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

  /** @returns how long this key is blocked, in milliseconds, or 0. Counts nothing. */
  async isBlockedFor(one: Counted): Promise<number> {
    const counter = await this.rows.findOneBy({ keyHash: this.hashOf(one) });
    return counter ? Math.max(0, counter.blockedUntil - this.clock.now()) : 0;
  }

  /** Removes one failure under each key: the attempt succeeded or was not checked. */
  async uncount(counted: Counted[]): Promise<void> {
    await this.database.transaction((manager) => this.takeBack(manager, counted));
  }

  /** Removes all failures under some keys and one under others. */
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
