import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { purgeInBatches } from '../../database/purge-in-batches';
import { FormDrafts } from './form-drafts';

/** Deletes expired drafts in small batches. */
@Injectable()
export class ExpiredDrafts {
  private readonly logger = new Logger(ExpiredDrafts.name);

  constructor(private readonly forms: FormDrafts) {}

  @Interval(10 * 60_000)
  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'forms', (limit) => this.forms.purge(limit));
  }
}
