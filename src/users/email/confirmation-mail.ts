import { Injectable } from '@nestjs/common';
import type { Mail } from '../../mail/mailer';
import { MailComposer } from '../../mail/mail-composers';
import { MailViews } from '../../mail/mail-views';
import { Tokens } from '../../auth/tokens/tokens';
import { EMAIL_CONFIRMATION, type EmailConfirmationParams } from '../email-mails';
import { UserStore } from '../user-store';

const LIFETIME = 24 * 3_600_000;

/** The mail with the confirmation link. It creates the token now, so no queue stores it. */
@Injectable()
export class ConfirmationMail extends MailComposer {
  readonly kind = EMAIL_CONFIRMATION;

  constructor(
    private readonly store: UserStore,
    private readonly tokens: Tokens,
    private readonly views: MailViews,
  ) {
    super();
  }

  /** Null if another address is pending. */
  async compose({ userId, email, securityVersion }: EmailConfirmationParams): Promise<Mail | null> {
    const user = await this.store.findById(userId);
    if (user?.pendingEmail !== email || user.securityVersion !== securityVersion) return null;
    if (user.disabledAt !== null) return null;
    const grant = { userId, securityVersion, payload: { email } };
    const token = await this.tokens.issue(EMAIL_CONFIRMATION, grant, LIFETIME);
    return { to: email, ...this.views.render(EMAIL_CONFIRMATION, { username: user.username, token }) };
  }
}
