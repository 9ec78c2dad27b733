import { Module, type Type } from '@nestjs/common';
import { DiscoveryModule, MetadataScanner, ModuleRef } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import { AccessModule } from '../access/access.module';
import { FlashModule } from '../flash/flash.module';
import { FormDraftsModule } from '../flash/drafts/form-drafts.module';
import { MailModule } from '../mail/mail.module';
import { PasswordsModule } from '../auth/passwords/passwords.module';
import { CodeOptions } from '../options/code-options';
import { UserModel } from '../options/user-model';
import { SecurityEventsModule } from '../events/bus/security-events.module';
import { SessionsModule } from '../sessions/sessions.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { TokensModule } from '../auth/tokens/tokens.module';
import { Accounts } from './accounts';
import { AccountChanges } from './account-changes';
import type { AuthenticationBackend } from './authentication-backend';
import { AuthenticationBackends } from './authentication-backends';
import { UserDataCleanup } from './user-data-cleanup';
import { EmailChanges } from './email-changes';
import { EmailMails } from './email-mails';
import { ExpiredFreedUsernames, FreedUsernames } from './freed-usernames';
import { FreedUsername } from './freed-username.entity';
import { HookRunner } from './hook-runner';
import { ExpectedHashes } from './expected-hashes';
import { SignUpFields } from './sign-up-fields';
import { StepUp } from '../access/step-up/step-up';
import { requireColumns } from './own-columns';
import { PasswordAttempts } from './password-attempts';
import { PasswordBackend } from './password-backend';
import { PasswordChange } from './password-change';
import { TypeOrmUserStore } from './typeorm-user-store';
import { USER_STORE, UserStore } from './user-store';
import { User } from './user.entity';
import { UsernameSkeleton } from './username-skeleton.entity';
import { UsernameSkeletons } from './username-skeletons';
import { UsersApiController } from './users-api.controller';
import { UsersPagesController } from './users-pages.controller';
import { UsersService } from './users-service';

async function openUserStore(
  modules: ModuleRef,
  { userStore }: CodeOptions,
  { entity }: UserModel,
  source: DataSource,
  custom?: UserStore,
): Promise<UserStore> {
  if (entity) await requireColumns(source, entity);
  return custom ?? modules.create((userStore as Type<UserStore> | undefined) ?? TypeOrmUserStore);
}

@Module({
  imports: [
    TypeOrmModule.forFeature([User, FreedUsername, UsernameSkeleton], LATCHKEY_DATA_SOURCE),
    AccessModule,
    DiscoveryModule,
    FlashModule,
    FormDraftsModule,
    MailModule,
    PasswordsModule,
    SecurityEventsModule,
    SessionsModule,
    ThrottlingModule,
    TokensModule,
  ],
  controllers: [UsersPagesController, UsersApiController],
  providers: [
    UsersService,
    AccountChanges,
    Accounts,
    UserDataCleanup,
    EmailChanges,
    EmailMails,
    ExpiredFreedUsernames,
    FreedUsernames,
    ExpectedHashes,
    HookRunner,
    MetadataScanner,
    StepUp,
    PasswordAttempts,
    PasswordChange,
    SignUpFields,
    UsernameSkeletons,
    {
      provide: AuthenticationBackends,
      inject: [ModuleRef, CodeOptions],
      useFactory: async (modules: ModuleRef, { backends }: CodeOptions) => {
        const classes = (backends as Type<AuthenticationBackend>[] | undefined) ?? [PasswordBackend];
        return new AuthenticationBackends(await Promise.all(classes.map((each) => modules.create(each))));
      },
    },
    {
      provide: UserStore,
      inject: [
        ModuleRef,
        CodeOptions,
        UserModel,
        getDataSourceToken(LATCHKEY_DATA_SOURCE),
        { token: USER_STORE, optional: true },
      ],
      useFactory: openUserStore,
    },
  ],
  exports: [
    AccountChanges,
    Accounts,
    UsersService,
    UserStore,
    PasswordAttempts,
    PasswordChange,
    PasswordsModule,
    EmailChanges,
    SignUpFields,
    HookRunner,
    StepUp,
  ],
})
export class UsersModule {}
