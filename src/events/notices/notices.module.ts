import { Module } from '@nestjs/common';
import { MailModule } from '../../mail/mail.module';
import { SecurityEventsModule } from '../bus/security-events.module';
import { UsersModule } from '../../users/users.module';
import { NoticeMail } from './notice-mail';
import { Notices } from './notices';

/** Mails users about security events of their accounts. Optional: without it, only the pages show them. */
@Module({
  imports: [MailModule, SecurityEventsModule, UsersModule],
  providers: [NoticeMail, Notices],
})
export class NoticesModule {}
