import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { AuditModule } from '../events/audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { DatabaseModule } from '../database/database.module';
import { FlashModule } from '../flash/flash.module';
import { MailModule } from '../mail/mail.module';
import { NoticesModule } from '../events/notices/notices.module';
import type { Settings } from '../options/settings';
import { SettingsModule } from '../options/settings.module';
import { SessionsModule } from '../sessions/sessions.module';
import { UsersModule } from '../users/users.module';

/** The modules that commands need: accounts and their data, without pages or an application's own modules. */
@Module({})
export class CommandModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: CommandModule,
      imports: [
        SettingsModule.forRoot(settings),
        DatabaseModule.forRoot(),
        SessionsModule,
        MailModule,
        AccessModule,
        FlashModule,
        AuthModule,
        UsersModule,
        AuditModule,
        NoticesModule,
      ],
    };
  }
}
