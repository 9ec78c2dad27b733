import { Module } from '@nestjs/common';
import { AuditModule } from '../events/audit/audit.module';
import { DiscoveryModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module';
import { FlashModule } from '../flash/flash.module';
import { FormDraftsModule } from '../flash/drafts/form-drafts.module';
import { SecurityEventsModule } from '../events/bus/security-events.module';
import { SessionsModule } from '../sessions/sessions.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { UsersModule } from '../users/users.module';
import { ActivityApiController } from './activity-api.controller';
import { ActivityPagesController } from './activity-pages.controller';
import { ActivityOfUser } from './activity-of-user';
import { AccountExport } from './account-export';
import { AccountPagesController } from './account-pages.controller';
import { DeletePagesController } from './delete-pages.controller';
import { ExportApiController } from './export-api.controller';
import { ExportPagesController } from './export-pages.controller';
import { EmailPagesController } from '../users/email/email-pages.controller';
import { OwnDevices } from './own-devices';
import { PasswordApiController } from './password-api.controller';
import { PasswordPagesController } from './password-pages.controller';
import { ReauthenticateApiController } from '../access/step-up/reauthenticate-api.controller';
import { ReauthenticatePagesController } from '../access/step-up/reauthenticate-pages.controller';
import { SessionEventsController } from './session-events.controller';
import { SessionStreams } from './session-streams';
import { SessionsApiController } from './sessions-api.controller';
import { SessionsPagesController } from './sessions-pages.controller';

/** The logged-in user's own pages and API. */
@Module({
  imports: [
    AuditModule,
    AuthModule,
    DiscoveryModule,
    FlashModule,
    FormDraftsModule,
    SecurityEventsModule,
    SessionsModule,
    ThrottlingModule,
    UsersModule,
  ],
  controllers: [
    AccountPagesController,
    ActivityPagesController,
    ActivityApiController,
    SessionsPagesController,
    SessionsApiController,
    SessionEventsController,
    EmailPagesController,
    PasswordPagesController,
    PasswordApiController,
    ReauthenticatePagesController,
    ReauthenticateApiController,
    ExportPagesController,
    ExportApiController,
    DeletePagesController,
  ],
  providers: [AccountExport, ActivityOfUser, OwnDevices, SessionStreams],
})
export class AccountModule {}
