import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { purgeInBatches } from '../database/purge-in-batches';
import { ThrottleCounters } from './throttle-counters';

/** Deletes expired counters in small batches. */
@Injectable()
export class ExpiredCounters {
  private readonly logger = new Logger(ExpiredCounters.name);

  constructor(private readonly counters: ThrottleCounters) {}

  @Interval(10 * 60_000)
  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'counters', (limit) => this.counters.purge(limit));
  }
}
