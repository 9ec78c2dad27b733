import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { purgeInBatches } from '../../database/purge-in-batches';
import { KeptForms } from './kept-forms';

/** Deletes forms that nobody came back for, in small batches. */
@Injectable()
export class ExpiredForms {
  private readonly logger = new Logger(ExpiredForms.name);

  constructor(private readonly forms: KeptForms) {}

  @Interval(10 * 60_000)
  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'forms', (limit) => this.forms.purge(limit));
  }
}
