import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { Identification } from '../access/principal';
import { FlashModule } from '../flash/flash.module';
import { FormDraftsModule } from '../flash/drafts/form-drafts.module';
import { MailModule } from '../mail/mail.module';
import { SecurityEventsModule } from '../events/bus/security-events.module';
import { SessionsModule } from '../sessions/sessions.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { TokensModule } from './tokens/tokens.module';
import { UsersModule } from '../users/users.module';
import { AuthApiController } from './auth-api.controller';
import { AuthPagesController } from './auth-pages.controller';
import { AuthService } from './auth-service';
import {
  ConfirmationCookie,
  ConfirmEmailPagesController,
} from '../users/email/confirm-email-pages.controller';
import { ConfirmationMail } from '../users/email/confirmation-mail';
import { EmailConfirmation } from '../users/email/email-confirmation';
import { EmailConfirmationApiController } from '../users/email/email-confirmation-api.controller';
import { EmailNoticeMail } from '../users/email/email-notice-mail';
import { CurrentUserMiddleware } from './current-user.middleware';
import { RevalidationMiddleware } from './revalidation.middleware';
import { EndedSessionMiddleware } from './ended-session.middleware';
import { SignOutNotice } from './sign-out-notice';
import { DraftNotice } from '../flash/drafts/pages/draft-notice';
import { DraftPagesController } from '../flash/drafts/pages/draft-pages.controller';
import { PasswordReset } from './password-reset/password-reset';
import { PasswordResetApiController } from './password-reset/password-reset-api.controller';
import { PasswordResetPagesController, ResetCookie } from './password-reset/password-reset-pages.controller';
import { ResetMail } from './password-reset/reset-mail';
import { PasswordStrengthApiController } from './password-strength-api.controller';
import { RememberMe, RememberMeMiddleware } from '../sessions/remember-me/remember-me';
import { RepeatedAuthentication } from './repeated-authentication';

@Module({
  imports: [
    AccessModule,
    FlashModule,
    FormDraftsModule,
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
    DraftPagesController,
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
    SignOutNotice,
    EndedSessionMiddleware,
    DraftNotice,
    PasswordReset,
    RememberMe,
    RememberMeMiddleware,
    ResetCookie,
    ResetMail,
    RevalidationMiddleware,
    { provide: Identification, useClass: RepeatedAuthentication },
  ],
  exports: [
    AuthService,
    CurrentUserMiddleware,
    SignOutNotice,
    EndedSessionMiddleware,
    Identification,
    DraftNotice,
    RememberMe,
    RememberMeMiddleware,
    RevalidationMiddleware,
    UsersModule,
  ],
})
export class AuthModule {}
