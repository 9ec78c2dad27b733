import { Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FlashModule } from '../../flash/flash.module';
import { SessionsModule } from '../../sessions/sessions.module';
import { ExpiredSubmissions } from './expired-submissions';
import { SubmissionReplay } from './submission-replay';
import { SubmissionGuard } from './submission.guard';
import { newFormKey, Submissions } from './submission';
import { SubmissionEntity } from './submission.entity';
import { SubmissionStore } from './submission-store';

/**
 * One effect for a form that is sent twice, and the good page. Import it before AccessModule: its guard has to come
 * before the one that closes the routes.
 */
@Module({
  imports: [TypeOrmModule.forFeature([SubmissionEntity]), SessionsModule, FlashModule],
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

  /** For `{{> csrf}}`: a function, so that each form of a page gets a key of its own. */
  onModuleInit(): void {
    const pages = this.host.httpAdapter as Partial<Pick<NestExpressApplication, 'setLocal'>> | undefined;
    pages?.setLocal?.('formKey', newFormKey); // a command has none
  }
}
