import { Module } from '@nestjs/common';
import { MailModule } from '../../mail/mail.module';
import { SecurityEventsModule } from '../bus/security-events.module';
import { UsersModule } from '../../users/users.module';
import { NoticeMail } from './notice-mail';
import { Notices } from './notices';

/** Tells users by mail what happens to their accounts. Leave it out, and they are told by the pages alone. */
@Module({
  imports: [MailModule, SecurityEventsModule, UsersModule],
  providers: [NoticeMail, Notices],
})
export class NoticesModule {}
