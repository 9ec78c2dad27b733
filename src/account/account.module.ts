import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { FlashModule } from '../flash/flash.module';
import { SessionsModule } from '../sessions/sessions.module';
import { UsersModule } from '../users/users.module';
import { PasswordApiController } from './password-api.controller';
import { PasswordPagesController } from './password-pages.controller';
import { SessionEventsController } from './session-events.controller';
import { SessionStreams } from './session-streams';
import { SessionsApiController } from './sessions-api.controller';
import { SessionsPagesController } from './sessions-pages.controller';

/** A user's own pages. */
@Module({
  imports: [AuthModule, FlashModule, SessionsModule, UsersModule],
  controllers: [
    SessionsPagesController,
    SessionsApiController,
    SessionEventsController,
    PasswordPagesController,
    PasswordApiController,
  ],
  providers: [SessionStreams],
})
export class AccountModule {}
