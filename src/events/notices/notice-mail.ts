import { Injectable } from '@nestjs/common';
import { describeDevice } from '../../http/describe-device';
import type { Mail } from '../../mail/mailer';
import { MailComposer } from '../../mail/mail-composers';
import { MailViews } from '../../mail/mail-views';
import { UserStore } from '../../users/user-store';
import { NOTICE, type NoticeParams } from './notices';

/** Composes a notice: what happened, when, from where, and what to do if it was not the user. */
@Injectable()
export class NoticeMail extends MailComposer {
  readonly kind = NOTICE;

  constructor(
    private readonly users: UserStore,
    private readonly views: MailViews,
  ) {
    super();
  }

  async compose({ userId, subject, at, ip, userAgent }: NoticeParams): Promise<Mail | null> {
    const user = await this.users.findById(userId);
    if (!user || user.email === null || user.emailVerifiedAt === null) return null;
    const { browser, os } = describeDevice(userAgent);
    const from = [browser, os && `on ${os}`, ip && `at the address ${ip}`].filter(Boolean).join(' ');
    const context = { username: user.username, at, from };
    return { to: user.email, ...this.views.render(`notices/${subject}`, context) };
  }
}
