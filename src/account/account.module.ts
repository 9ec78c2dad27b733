import { Module } from '@nestjs/common';
import { FlashModule } from '../flash/flash.module';
import { SessionsModule } from '../sessions/sessions.module';
import { SessionsApiController } from './sessions-api.controller';
import { SessionsPagesController } from './sessions-pages.controller';

/** A user's own pages. */
@Module({
  imports: [FlashModule, SessionsModule],
  controllers: [SessionsPagesController, SessionsApiController],
})
export class AccountModule {}
