import { Injectable } from '@nestjs/common';
import type { Mail } from '../../mail/mailer';
import { MailComposer } from '../../mail/mail-composers';
import { MailViews } from '../../mail/mail-views';
import { EMAIL_NOTICE, type EmailNoticeParams } from '../email-mails';
import { UserStore } from '../user-store';

/** Notifies the previous address of a change that its owner may not have made (ASVS 5.0: 6.3.7). */
@Injectable()
export class EmailNoticeMail extends MailComposer {
  readonly kind = EMAIL_NOTICE;

  constructor(
    private readonly store: UserStore,
    private readonly views: MailViews,
  ) {
    super();
  }

  async compose({ userId, to, event }: EmailNoticeParams): Promise<Mail | null> {
    const user = await this.store.findById(userId);
    return user && { to, ...this.views.render(`email-${event}`, { username: user.username }) };
  }
}
