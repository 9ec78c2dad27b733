import { Module, type Type } from '@nestjs/common';
import { DiscoveryModule, ModuleRef } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import { CodeOptions } from '../options/code-options';
import { Settings } from '../options/settings';
import { Delivery } from './delivery';
import { FolderMailer } from './folder-mailer';
import { MailComposers } from './mail-composers';
import { MailViews } from './mail-views';
import { MAILER, Mailer } from './mailer';
import { Outbox } from './outbox';
import { OutboxJob } from './outbox-job.entity';
import { OutboxJobs } from './outbox-jobs';
import { OutboxWorker } from './outbox-worker';
import { SmtpMailer } from './smtp-mailer';

/** The outbox, its composers and its mailer: no mail gets lost, and no request waits for a mail server. */
@Module({
  imports: [TypeOrmModule.forFeature([OutboxJob], LATCHKEY_DATA_SOURCE), DiscoveryModule],
  providers: [
    Delivery,
    MailComposers,
    MailViews,
    {
      provide: Mailer,
      inject: [Settings, ModuleRef, CodeOptions, { token: MAILER, optional: true }],
      useFactory: ({ smtpUrl }: Settings, modules: ModuleRef, { mailer }: CodeOptions, custom?: Mailer) =>
        custom ??
        modules.create<Mailer>((mailer as Type<Mailer> | undefined) ?? (smtpUrl ? SmtpMailer : FolderMailer)),
    },
    Outbox,
    OutboxJobs,
    OutboxWorker,
  ],
  exports: [Mailer, MailViews, Outbox],
})
export class MailModule {}
