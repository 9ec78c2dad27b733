import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { FlashModule } from '../flash/flash.module';
import { KeptFormsModule } from '../kept-forms/kept-forms.module';
import { SecurityEventsModule } from '../security-events/security-events.module';
import { SessionsModule } from '../sessions/sessions.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { TokensModule } from '../tokens/tokens.module';
import { UsersModule } from '../users/users.module';
import { AuthApiController } from './auth-api.controller';
import { AuthPagesController } from './auth-pages.controller';
import { AuthService } from './auth-service';
import { EndNotice } from './end-notice';
import { KeptFormNotice } from './kept-form-notice';
import { KeptFormPagesController } from './kept-form-pages.controller';
import { PasswordStrengthApiController } from './password-strength-api.controller';
import { RememberMe } from './remember-me/remember-me';

@Module({
  imports: [
    AccessModule,
    FlashModule,
    KeptFormsModule,
    SecurityEventsModule,
    SessionsModule,
    ThrottlingModule,
    TokensModule,
    UsersModule,
  ],
  controllers: [
    AuthPagesController,
    AuthApiController,
    PasswordStrengthApiController,
    KeptFormPagesController,
  ],
  providers: [AuthService, EndNotice, KeptFormNotice, RememberMe],
  exports: [AuthService, EndNotice, KeptFormNotice, RememberMe, UsersModule],
})
export class AuthModule {}
