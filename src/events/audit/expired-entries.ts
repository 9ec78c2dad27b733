import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../options/clock';
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
  ) {}

  @Interval(3_600_000)
  async purge(): Promise<void> {
    const before = this.clock.now() - this.settings.auditRetention;
    await purgeInBatches(this.logger, 'security events', (limit) => this.chain.purge(before, limit));
  }
}
