import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../options/clock';
import { RecurringJobs } from '../../options/recurring-jobs';
import { Settings } from '../../options/settings';
import { purgeInBatches } from '../../database/purge-in-batches';
import { AuditChain } from './audit-chain';

/** Deletes entries older than AUDIT_RETENTION in small batches. */
@Injectable()
export class ExpiredEntries {
  private readonly logger = new Logger(ExpiredEntries.name);

  constructor(
    private readonly chain: AuditChain,
    private readonly settings: Settings,
    private readonly clock: Clock,
    jobs: RecurringJobs,
  ) {
    jobs.every(3_600_000, () => this.purge());
  }

  async purge(): Promise<void> {
    const before = this.clock.now() - this.settings.auditRetention;
    await purgeInBatches(this.logger, 'security events', (limit) => this.chain.purge(before, limit));
  }
}
