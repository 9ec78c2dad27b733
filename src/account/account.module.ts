import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { FlashModule } from '../flash/flash.module';
import { KeptFormsModule } from '../kept-forms/kept-forms.module';
import { SecurityEventsModule } from '../security-events/security-events.module';
import { SessionsModule } from '../sessions/sessions.module';
import { UsersModule } from '../users/users.module';
import { PasswordApiController } from './password-api.controller';
import { PasswordPagesController } from './password-pages.controller';
import { Reauthentication } from './reauthentication';
import { ReauthenticateApiController } from './reauthenticate-api.controller';
import { ReauthenticatePagesController } from './reauthenticate-pages.controller';
import { SessionEventsController } from './session-events.controller';
import { SessionStreams } from './session-streams';
import { SessionsApiController } from './sessions-api.controller';
import { SessionsPagesController } from './sessions-pages.controller';

/** A user's own pages. */
@Module({
  imports: [AuthModule, FlashModule, KeptFormsModule, SecurityEventsModule, SessionsModule, UsersModule],
  controllers: [
    SessionsPagesController,
    SessionsApiController,
    SessionEventsController,
    PasswordPagesController,
    PasswordApiController,
    ReauthenticatePagesController,
    ReauthenticateApiController,
  ],
  providers: [Reauthentication, SessionStreams],
})
export class AccountModule {}
