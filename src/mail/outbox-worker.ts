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

/** For what other instances left behind, and what failed before. */
const POLL_MS = 5_000;
/** A server that is slow with one mail does not hold up all others. */
const AT_ONCE = 4;
/** Milliseconds between the answer that asked for a mail and the work on it: see `nudgeSoon`. */
const SOONEST_MS = 100;
const LATEST_MS = 500;
/** Supervisors commonly kill after ten seconds. */
const STOP_MS = 3_000;

/** Sends what is in the outbox: soon after it is told of a mail, and by looking once in a while. */
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
    // A command that only borrows the modules sends nothing: it may be over before a mail has left.
    if (!(this.host.httpAdapter as unknown)) return;
    this.isRunning = true;
    this.timer = setInterval(() => this.nudge(), POLL_MS).unref();
    this.nudge();
  }

  /**
   * There is something to send. Only now is it looked up whether a reset has an account to go to, and a mail that is
   * written costs more than one that is not: at a moment nobody can foretell, that shows neither in the answer that
   * asked for the mail nor in the next one (ASVS 6.3.8).
   */
  nudgeSoon(): void {
    setTimeout(() => this.nudge(), randomInt(SOONEST_MS, LATEST_MS)).unref();
  }

  /** There may be something to send. Waits for nothing. */
  nudge(): void {
    this.hasNews = true;
    if (!this.isRunning || this.lanes.size >= AT_ONCE) return;
    this.hasNews = false;
    // A request may have begun this, but nobody waits for it.
    const lane = RequestDeadline.outside(() => this.work()).finally(() => {
      this.lanes.delete(lane);
      if (this.hasNews) this.nudge(); // came in while this lane looked for the last time
    });
    this.lanes.add(lane);
  }

  onModuleDestroy(): void {
    this.isRunning = false;
    clearInterval(this.timer);
    this.timer = setTimeout(() => this.stopping.abort(), STOP_MS).unref();
  }

  /** Mails that are on their way arrive, or are given back to the outbox. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.lanes);
    clearTimeout(this.timer);
  }

  private async work(): Promise<void> {
    try {
      while (this.isRunning) {
        const job = await this.jobs.claim(LEASE_MS, LONGEST_WAIT_MS);
        if (!job) return;
        this.nudge(); // where one is, there may be more
        await this.delivery.of(job, this.stopping.signal);
      }
    } catch (error) {
      // The database is away: whatever was held comes back in time.
      this.logger.warn(`The outbox could not be read or written; it is tried again: ${String(error)}`);
    }
  }
}
