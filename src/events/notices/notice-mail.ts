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
    const context = { username: user.username, at, from: describeOrigin(userAgent, ip) };
    return { to: user.email, ...this.views.render(`notices/${subject}`, context) };
  }
}

/** Empty if nothing is known: the event came from no request. */
function describeOrigin(userAgent: string | null, ip: string | null): string {
  if (userAgent === null && ip === null) return '';
  const { browser, os } = describeDevice(userAgent);
  return [browser ?? 'an unknown browser', os && `on ${os}`, ip && `at the address ${ip}`]
    .filter(Boolean)
    .join(' ');
}
