import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { Identification } from '../access/identification';
import { FlashModule } from '../flash/flash.module';
import { KeptFormsModule } from '../kept-forms/kept-forms.module';
import { MailModule } from '../mail/mail.module';
import { SecurityEventsModule } from '../security-events/security-events.module';
import { SessionsModule } from '../sessions/sessions.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { TokensModule } from '../tokens/tokens.module';
import { UsersModule } from '../users/users.module';
import { AuthApiController } from './auth-api.controller';
import { AuthPagesController } from './auth-pages.controller';
import { AuthService } from './auth-service';
import { ConfirmEmailPagesController } from './email-confirmation/confirm-email-pages.controller';
import { ConfirmationCookie } from './email-confirmation/confirmation-cookie';
import { ConfirmationMail } from './email-confirmation/confirmation-mail';
import { EmailConfirmation } from './email-confirmation/email-confirmation';
import { EmailConfirmationApiController } from './email-confirmation/email-confirmation-api.controller';
import { EmailNoticeMail } from './email-confirmation/email-notice-mail';
import { CurrentUserMiddleware } from './current-user.middleware';
import { EndedSessionMiddleware } from './ended-session.middleware';
import { EndNotice } from './end-notice';
import { KeptFormNotice } from './kept-form-notice';
import { KeptFormPagesController } from './kept-form-pages.controller';
import { PasswordReset } from './password-reset/password-reset';
import { PasswordResetApiController } from './password-reset/password-reset-api.controller';
import { PasswordResetPagesController } from './password-reset/password-reset-pages.controller';
import { ResetCookie } from './password-reset/reset-cookie';
import { ResetMail } from './password-reset/reset-mail';
import { PasswordStrengthApiController } from './password-strength-api.controller';
import { RememberMeMiddleware } from './remember-me/remember-me.middleware';
import { RememberMe } from './remember-me/remember-me';
import { RepeatedIdentification } from './repeated-identification';
import { StillValidMiddleware } from './still-valid.middleware';

@Module({
  imports: [
    AccessModule,
    FlashModule,
    KeptFormsModule,
    MailModule,
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
    ConfirmEmailPagesController,
    EmailConfirmationApiController,
    PasswordResetPagesController,
    PasswordResetApiController,
  ],
  providers: [
    AuthService,
    ConfirmationCookie,
    ConfirmationMail,
    CurrentUserMiddleware,
    EmailConfirmation,
    EmailNoticeMail,
    EndNotice,
    EndedSessionMiddleware,
    KeptFormNotice,
    PasswordReset,
    RememberMe,
    RememberMeMiddleware,
    ResetCookie,
    ResetMail,
    StillValidMiddleware,
    { provide: Identification, useClass: RepeatedIdentification },
  ],
  exports: [
    AuthService,
    CurrentUserMiddleware,
    EndNotice,
    EndedSessionMiddleware,
    Identification,
    KeptFormNotice,
    RememberMe,
    RememberMeMiddleware,
    StillValidMiddleware,
    UsersModule,
  ],
})
export class AuthModule {}
