import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { KeptForms } from './kept-forms';

const BATCH = 500;

/** Deletes forms that nobody came back for, in small batches, so that no request waits long behind one. */
@Injectable()
export class ExpiredForms {
  private readonly logger = new Logger(ExpiredForms.name);

  constructor(private readonly forms: KeptForms) {}

  @Interval(10 * 60_000)
  async purge(): Promise<void> {
    try {
      while ((await this.forms.purge(BATCH)) === BATCH);
    } catch (error) {
      this.logger.warn(`Expired forms could not be purged; the next round tries again: ${String(error)}`);
    }
  }
}
