import {
  type DynamicModule,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type Type,
} from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { AccountModule } from '../account/account.module';
import { ApiDocsModule } from '../http/api-docs/api-docs.module';
import { AuditModule } from '../events/audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { OpenConnections } from '../http/open-connections';
import type { Settings } from '../options/settings';
import { SettingsModule } from '../options/settings.module';
import { DatabaseModule } from '../database/database.module';
import { FlashModule } from '../flash/flash.module';
import { HealthModule } from '../http/health/health.module';
import { HomeModule } from './home/home.module';
import { LabModule } from './lab/lab.module';
import { MailModule } from '../mail/mail.module';
import { MessagesModule } from './messages/messages.module';
import { MESSAGE_MIGRATIONS } from './messages/migrations';
import { NoticesModule } from '../events/notices/notices.module';
import { requestPipeline } from '../http/setup/request-pipeline';
import { ResponsesModule } from '../http/responses/responses.module';
import { SessionsModule } from '../sessions/sessions.module';
import { SubmissionsModule } from '../access/submissions/submissions.module';
import { UsersModule } from '../users/users.module';
import { WellKnownModule } from '../http/well-known/well-known.module';

/** The composition root: the only place that names every module. */
@Module({})
export class AppModule implements NestModule {
  /** @param additions modules that only this process needs. */
  static forRoot(settings: Settings, additions: Type[] = []): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.forRoot(settings),
        DatabaseModule.forRoot({ migrations: MESSAGE_MIGRATIONS }),
        SessionsModule,
        MailModule,
        SubmissionsModule, // before AccessModule: a repeated form's session may have ended
        AccessModule,
        FlashModule,
        ResponsesModule,
        AuthModule, // before UsersModule: /users/login is not the user named "login"
        UsersModule,
        AuditModule,
        NoticesModule,
        AccountModule,
        MessagesModule,
        HomeModule,
        HealthModule,
        ApiDocsModule,
        WellKnownModule,
        ...(settings.metricsPort === undefined ? [] : [metricsModule()]),
        ...(settings.lab ? [LabModule] : []),
        ...additions,
      ],
      providers: [OpenConnections],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    requestPipeline(consumer);
  }
}

/** Loads prom-client only when needed. */
const metricsModule = () =>
  (require('../events/metrics') as typeof import('../events/metrics')).MetricsModule;
