import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import { Clock } from '../options/clock';
import { Database } from '../database/database';
import { OutboxJob } from './outbox-job.entity';

/** The rows of the outbox and their leases. */
@Injectable()
export class OutboxJobs {
  constructor(
    @InjectRepository(OutboxJob, LATCHKEY_DATA_SOURCE) private readonly rows: Repository<OutboxJob>,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insert(manager: EntityManager, kind: string, params: object): Promise<void> {
    const now = this.clock.now();
    await manager.insert(OutboxJob, { kind, params, attempts: 0, nextAttemptAt: now, createdAt: now });
  }

  /**
   * Leases the job that has been due longest. One UPDATE decides between instances. If an instance dies, its
   * lease ends.
   * @param heldFor milliseconds, longer than any attempt.
   * @param longestWait between two attempts: a job due later than that means that a clock was set back.
   */
  async claim(heldFor: number, longestWait: number): Promise<OutboxJob | null> {
    for (;;) {
      const now = this.clock.now();
      const isDue = [LessThanOrEqual(now), MoreThan(now + longestWait)];
      const where = isDue.map((nextAttemptAt) => ({ nextAttemptAt }));
      const job = await this.rows.findOne({ where, order: { nextAttemptAt: 'ASC', id: 'ASC' } });
      if (!job) return null;
      const claimed = { attempts: job.attempts + 1, nextAttemptAt: now + heldFor };
      if (await this.update(job, claimed)) return Object.assign(job, claimed);
    }
  }

  /**
   * Releases a job for another attempt after `wait` milliseconds, unless another instance has leased it
   * meanwhile.
   */
  async postpone(job: OutboxJob, wait: number): Promise<void> {
    await this.update(job, { nextAttemptAt: this.clock.now() + wait });
  }

  /** Deletes the job, because its parameters are personal data. */
  async remove({ id }: OutboxJob): Promise<void> {
    await this.database.write((manager) => manager.delete(OutboxJob, { id }));
  }

  private async update({ id, attempts }: OutboxJob, changes: Partial<OutboxJob>): Promise<boolean> {
    const { affected } = await this.database.write((manager) =>
      manager.update(OutboxJob, { id, attempts }, changes),
    );
    return affected === 1;
  }
}
