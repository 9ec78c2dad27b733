import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { SecurityEventsModule } from '../bus/security-events.module';
import { SessionsModule } from '../../sessions/sessions.module';
import { AuditChain } from './audit-chain';
import { AuditEntry } from './audit-entry.entity';
import { AuditHead } from './audit-head.entity';
import { AuditQueue } from './audit-queue';
import { AuditTrail } from './audit-trail';
import { AuditVerification } from './audit-verification';
import { CheckpointWriter } from './checkpoint-writer';
import { ExpiredEntries } from './expired-entries';
import { HeadSeal } from './new-entry';
import { CheckpointFile } from './checkpoint-file';
import { SecurityLog } from './security-log';

/** Records every security event in a tamper-evident hash chain and in the log. */
@Module({
  imports: [
    TypeOrmModule.forFeature([AuditEntry, AuditHead], LATCHKEY_DATA_SOURCE),
    SecurityEventsModule,
    SessionsModule,
  ],
  providers: [
    AuditChain,
    AuditQueue,
    AuditTrail,
    AuditVerification,
    CheckpointWriter,
    ExpiredEntries,
    HeadSeal,
    CheckpointFile,
    SecurityLog,
  ],
  exports: [AuditChain, AuditTrail, AuditVerification, CheckpointFile],
})
export class AuditModule {}
