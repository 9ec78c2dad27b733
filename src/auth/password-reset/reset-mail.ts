import { Injectable } from '@nestjs/common';
import type { Mail } from '../../mail/mailer';
import { MailComposer } from '../../mail/mail-composers';
import { MailViews } from '../../mail/mail-views';
import { SecurityEventBus } from '../../events/bus/security-event-bus';
import { Tokens } from '../tokens/tokens';
import { CHANGE_IT_THERE, hasPasswordElsewhere } from '../../users/password-elsewhere';
import type { User } from '../../users/user.entity';
import { UserStore } from '../../users/user-store';

export const PASSWORD_RESET = 'password-reset';
export interface PasswordResetParams {
  /** Canonical. It may belong to no user. */
  address: string;
}

const LIFETIME = 20 * 60_000;
/** Attackers can sign up with another person's address: keep the mail short. */
const MOST_UNCONFIRMED = 3;

/** Composes the mail with the reset links, or none if the address is unknown. */
@Injectable()
export class ResetMail extends MailComposer {
  readonly kind = PASSWORD_RESET;

  constructor(
    private readonly store: UserStore,
    private readonly tokens: Tokens,
    private readonly views: MailViews,
    private readonly events: SecurityEventBus,
  ) {
    super();
  }

  async compose({ address }: PasswordResetParams): Promise<Mail | null> {
    const holder = await this.store.findByConfirmedEmail(address);
    const candidates = holder ? [holder] : await this.store.listByUnconfirmedEmail(address, MOST_UNCONFIRMED);
    const users = candidates.filter(({ disabledAt }) => disabledAt === null);
    if (users.length === 0) return null;
    // Send to the stored address, never to the one typed into the form (CVE-2019-19844).
    const to = addressOf(users[0]);
    const accounts = [];
    for (const user of users) if (addressOf(user) === to) accounts.push(await this.account(user, address));
    return { to, ...this.views.render(PASSWORD_RESET, { accounts }) };
  }

  private async account(user: User, address: string) {
    const { id: userId, username, securityVersion } = user;
    if (hasPasswordElsewhere(user)) return { username, refusal: CHANGE_IT_THERE };
    const token = await this.tokens.issue(
      PASSWORD_RESET,
      { userId, securityVersion, payload: { address } },
      LIFETIME,
    );
    this.events.publish('password.resetRequested', { userId });
    return { username, token };
  }
}

const addressOf = (user: User): string =>
  (user.emailCanonical === null ? user.pendingEmail : user.email) ?? '';
