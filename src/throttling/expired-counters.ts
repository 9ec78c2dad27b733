import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ThrottleCounters } from './throttle-counters';

const BATCH = 500;

/** Deletes counters in which nothing counts any more, in small batches, so that no request waits long behind one. */
@Injectable()
export class ExpiredCounters {
  private readonly logger = new Logger(ExpiredCounters.name);

  constructor(private readonly counters: ThrottleCounters) {}

  @Interval(10 * 60_000)
  async purge(): Promise<void> {
    try {
      while ((await this.counters.purge(BATCH)) === BATCH);
    } catch (error) {
      this.logger.warn(`Expired counters could not be purged; the next round tries again: ${String(error)}`);
    }
  }
}
