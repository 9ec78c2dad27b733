import { Module } from '@nestjs/common';
import { FlashModule } from '../flash/flash.module';
import { SessionsModule } from '../sessions/sessions.module';
import { UsersModule } from '../users/users.module';
import { PasswordApiController } from './password-api.controller';
import { PasswordPagesController } from './password-pages.controller';
import { SessionsApiController } from './sessions-api.controller';
import { SessionsPagesController } from './sessions-pages.controller';

/** A user's own pages. */
@Module({
  imports: [FlashModule, SessionsModule, UsersModule],
  controllers: [
    SessionsPagesController,
    SessionsApiController,
    PasswordPagesController,
    PasswordApiController,
  ],
})
export class AccountModule {}
