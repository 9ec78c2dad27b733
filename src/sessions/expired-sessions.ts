import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { RememberFamilies } from './remember-families';
import { SessionEnds } from './session-ends';
import { SessionEngine } from './session-engine';

const BATCH = 500;

/** Ends sessions whose time is over and later deletes them, in small batches, so that no request waits long. */
@Injectable()
export class ExpiredSessions {
  private readonly logger = new Logger(ExpiredSessions.name);

  constructor(
    private readonly engine: SessionEngine,
    private readonly ends: SessionEnds,
    private readonly families: RememberFamilies,
  ) {}

  @Interval(10 * 60_000)
  async purge(): Promise<void> {
    try {
      while ((await this.ends.expire({ limit: BATCH })).length > 0);
      while ((await this.engine.purge(BATCH)) === BATCH);
      while ((await this.families.purge(BATCH)) === BATCH);
    } catch (error) {
      this.logger.warn(`Expired sessions could not be purged; the next round tries again: ${String(error)}`);
    }
  }
}
