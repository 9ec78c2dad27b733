import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { FlashModule } from '../flash/flash.module';
import { SessionsModule } from '../sessions/sessions.module';
import { UsersModule } from '../users/users.module';
import { AuthApiController } from './auth-api.controller';
import { AuthPagesController } from './auth-pages.controller';
import { AuthService } from './auth-service';
import { EndNotice } from './end-notice';
import { RememberMe } from './remember-me/remember-me';

@Module({
  imports: [AccessModule, FlashModule, SessionsModule, UsersModule],
  controllers: [AuthPagesController, AuthApiController],
  providers: [AuthService, EndNotice, RememberMe],
  exports: [AuthService, EndNotice, RememberMe, UsersModule],
})
export class AuthModule {}
