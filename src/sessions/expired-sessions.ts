import { Injectable, Logger } from '@nestjs/common';
import { RecurringJobs } from '../options/recurring-jobs';
import { purgeInBatches } from '../database/purge-in-batches';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { RememberFamilies } from './remember-families';
import { SessionTermination } from './session-termination';
import { SessionEngine } from './session-engine';

/** Ends expired sessions and later deletes them, in small batches. */
@Injectable()
export class ExpiredSessions {
  private readonly logger = new Logger(ExpiredSessions.name);

  constructor(
    private readonly engine: SessionEngine,
    private readonly ends: SessionTermination,
    private readonly families: RememberFamilies,
    private readonly events: SecurityEventBus,
    jobs: RecurringJobs,
  ) {
    jobs.every(10 * 60_000, () => this.purge());
  }

  async purge(): Promise<void> {
    await purgeInBatches(
      this.logger,
      'sessions',
      async (limit) => (this.events.hasRoom ? (await this.ends.expire({ limit })).length : 0),
      (limit) => this.engine.purge(limit),
      (limit) => this.families.purge(limit),
    );
  }
}
