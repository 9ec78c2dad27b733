import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { randomInt } from 'node:crypto';
import { RequestDeadline } from '../database/request-deadline';
import { Delivery } from './delivery';
import { OutboxJobs } from './outbox-jobs';
import { LEASE_MS, LONGEST_WAIT_MS } from './retries';

/** For jobs of other instances and retries. */
const POLL_MS = 5_000;
/** One slow mail must not block all others. */
const AT_ONCE = 4;
/** Milliseconds between a request and the work on its mail: see `nudgeSoon`. */
const SOONEST_MS = 100;
const LATEST_MS = 500;
/** Process supervisors commonly kill after ten seconds. */
const STOP_MS = 3_000;

/** Sends the mails in the outbox: soon after a nudge, and at regular intervals. */
@Injectable()
export class OutboxWorker implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Outbox');
  private readonly lanes = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private isRunning = false;
  private hasNews = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly jobs: OutboxJobs,
    private readonly delivery: Delivery,
    private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    // A command-line tool that uses the modules may exit before a mail is sent, so it sends none.
    if (!(this.host.httpAdapter as unknown)) return;
    this.isRunning = true;
    this.timer = setInterval(() => this.nudge(), POLL_MS).unref();
    this.nudge();
  }

  /**
   * Starts sending after a random delay. Composing a mail for an existing account takes longer than finding
   * none. The delay keeps that from showing in the timing of this response or the next (ASVS 6.3.8).
   */
  nudgeSoon(): void {
    setTimeout(() => this.nudge(), randomInt(SOONEST_MS, LATEST_MS)).unref();
  }

  /** Starts sending if there is a free lane. Does not wait. */
  nudge(): void {
    this.hasNews = true;
    if (!this.isRunning || this.lanes.size >= AT_ONCE) return;
    this.hasNews = false;
    // Without the deadline of the request that may have started it, because the request does not wait.
    const lane = RequestDeadline.outside(() => this.work()).finally(() => {
      this.lanes.delete(lane);
      if (this.hasNews) this.nudge(); // a mail arrived during this lane's last check
    });
    this.lanes.add(lane);
  }

  onModuleDestroy(): void {
    this.isRunning = false;
    clearInterval(this.timer);
    this.timer = setTimeout(() => this.stopping.abort(), STOP_MS).unref();
  }

  /** Finishes or releases the pending mails. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.lanes);
    clearTimeout(this.timer);
  }

  private async work(): Promise<void> {
    try {
      while (this.isRunning) {
        const job = await this.jobs.claim(LEASE_MS, LONGEST_WAIT_MS);
        if (!job) return;
        this.nudge(); // there may be more
        await this.delivery.of(job, this.stopping.signal);
      }
    } catch (error) {
      // The database is unavailable. Leased jobs become due again when their lease ends.
      this.logger.warn(`The outbox could not be read or written; it is tried again: ${String(error)}`);
    }
  }
}
