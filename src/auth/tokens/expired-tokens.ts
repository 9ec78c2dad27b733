import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { purgeInBatches } from '../../database/purge-in-batches';
import { Tokens } from './tokens';

/** Deletes expired tokens in small batches. */
@Injectable()
export class ExpiredTokens {
  private readonly logger = new Logger(ExpiredTokens.name);

  constructor(private readonly tokens: Tokens) {}

  @Interval(10 * 60_000)
  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'tokens', (limit) => this.tokens.purge(limit));
  }
}
