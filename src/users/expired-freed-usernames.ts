import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { purgeInBatches } from '../database/purge-in-batches';
import { FreedUsernames } from './freed-usernames';

/** Deletes expired reservations of names in small batches. */
@Injectable()
export class ExpiredFreedUsernames {
  private readonly logger = new Logger(ExpiredFreedUsernames.name);

  constructor(private readonly freed: FreedUsernames) {}

  @Interval(10 * 60_000)
  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'reserved names', (limit) => this.freed.purge(limit));
  }
}
