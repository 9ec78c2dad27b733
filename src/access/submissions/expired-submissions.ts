import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { purgeInBatches } from '../../database/purge-in-batches';
import { SubmissionStore } from './submission-store';

/** Deletes expired submissions in small batches. */
@Injectable()
export class ExpiredSubmissions {
  private readonly logger = new Logger(ExpiredSubmissions.name);

  constructor(private readonly submissions: SubmissionStore) {}

  @Interval(60_000)
  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'submissions', (limit) => this.submissions.purge(limit));
  }
}
