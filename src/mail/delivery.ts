import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../options/clock';
import { MailComposers } from './mail-composers';
import { Mailer, MailRefused } from './mailer';
import type { OutboxJob } from './outbox-job.entity';
import { OutboxJobs } from './outbox-jobs';
import { ATTEMPT_MS, waitAfter } from './retries';

/** Runs one attempt of a job and records its result. */
@Injectable()
export class Delivery {
  private readonly logger = new Logger('Outbox');

  constructor(
    private readonly jobs: OutboxJobs,
    private readonly composers: MailComposers,
    private readonly mailer: Mailer,
    private readonly clock: Clock,
  ) {}

  /** @param stopping aborts on shutdown: the next start retries immediately. */
  async of(job: OutboxJob, stopping: AbortSignal): Promise<void> {
    try {
      await this.attempt(job, AbortSignal.any([stopping, AbortSignal.timeout(ATTEMPT_MS)]));
    } catch (error) {
      return stopping.aborted ? this.jobs.postpone(job, 0) : this.failed(job, error);
    }
    await this.jobs.remove(job);
  }

  private async attempt({ kind, params }: OutboxJob, signal: AbortSignal): Promise<void> {
    const work = async () => {
      const mail = await this.composers.for(kind).compose(params);
      signal.throwIfAborted();
      if (mail) await this.mailer.send(mail, signal);
    };
    // A mailer that ignores the signal must not block the queue.
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('took too long')), { once: true });
    });
    await Promise.race([work(), aborted]);
  }

  /**
   * The log names the job but never the recipient or text: addresses are personal data, and texts contain
   * tokens.
   */
  private async failed(job: OutboxJob, error: unknown): Promise<void> {
    const { id, kind, attempts, createdAt } = job;
    const what = `Mail ${id} (${kind}), attempt ${attempts}`;
    const wait = error instanceof MailRefused ? null : waitAfter(attempts, this.clock.now() - createdAt);
    if (wait === null) {
      this.logger.error(`${what}: ${reasonOf(error)}; given up`);
      return this.jobs.remove(job);
    }
    this.logger.warn(`${what}: ${reasonOf(error)}; the next one is in ${Math.round(wait / 1000)} s`);
    return this.jobs.postpone(job, wait);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'failed');
