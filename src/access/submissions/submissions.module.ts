import { Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { FlashModule } from '../../flash/flash.module';
import { SessionsModule } from '../../sessions/sessions.module';
import { ExpiredSubmissions, SubmissionStore } from './submission-store';
import { SubmissionReplay } from './submission-replay';
import { newFormKey, SubmissionGuard, Submissions } from './submission.guard';
import { SubmissionEntity } from './submission.entity';

/**
 * A form that a user submits twice takes effect once, and the user sees its success page. Import this before
 * AccessModule: its guard must run before LoggedInGuard.
 */
@Module({
  imports: [TypeOrmModule.forFeature([SubmissionEntity], LATCHKEY_DATA_SOURCE), SessionsModule, FlashModule],
  providers: [
    ExpiredSubmissions,
    SubmissionReplay,
    Submissions,
    SubmissionStore,
    { provide: APP_GUARD, useClass: SubmissionGuard },
  ],
})
export class SubmissionsModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  /** For `{{> csrf}}`. A function, so that each form on a page gets its own key. */
  onModuleInit(): void {
    const pages = this.host.httpAdapter as Partial<Pick<NestExpressApplication, 'setLocal'>> | undefined;
    pages?.setLocal?.('formKey', newFormKey); // CLI commands have no HTTP adapter
  }
}
