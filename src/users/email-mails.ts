import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import type { Transaction } from '../database/transaction';
import { InvalidInput } from '../http/errors';
import { Mailer } from '../mail/mailer';
import { Outbox } from '../mail/outbox';
import { Throttle } from '../throttling/throttle';
import { Settings } from '../options/settings';
import { canonicalEmail, domainOf, needsSmtpUtf8 } from './email';
import type { User } from './user.entity';

/** Asks the reader of an address's mail to confirm it. */
export const EMAIL_CONFIRMATION = 'email-confirmation';
export interface EmailConfirmationParams {
  userId: number;
  /** As typed. */
  email: string;
  /** The user's security version at the request. */
  securityVersion: number;
}

/** Notifies the current address of a change. */
export const EMAIL_NOTICE = 'email-notice';
export interface EmailNoticeParams {
  userId: number;
  to: string;
  event: 'change-requested' | 'changed' | 'removed';
}

type Addressee = Pick<User, 'id' | 'securityVersion'>;
/** Adds the mail to the outbox, in the transaction of the change it belongs to. */
type AddMail = (user: Addressee, transaction: Transaction) => Promise<void>;

/** The mails about a change of address. */
@Injectable()
export class EmailMails {
  constructor(
    private readonly outbox: Outbox,
    private readonly mailer: Mailer,
    private readonly throttle: Throttle,
    private readonly settings: Settings,
  ) {}

  /**
   * @throws InvalidInput if its domain is none of EMAIL_DOMAINS, or the mail server does not accept such an address:
   * its owner could never confirm it.
   */
  async requireDeliverable(email: string): Promise<void> {
    const { emailDomains } = this.settings;
    if (emailDomains.length > 0 && !emailDomains.includes(domainOf(email)))
      throw new InvalidInput({ email: [`Use an address at ${emailDomains.join(' or ')}.`] });
    if (!needsSmtpUtf8(email) || (await this.mailer.takesUnicodeAddresses())) return;
    throw new InvalidInput({
      email: [
        'We cannot send to this address now: our mail server does not confirm that it takes letters beyond A to Z before the @. Use another address.',
      ],
    });
  }

  /**
   * Call it before the transaction, because the throttle uses its own. Over the limit it silently adds no
   * mail: a message about it would only help an attacker who floods a mailbox.
   */
  async confirmation(email: string, request?: RequestContext): Promise<AddMail> {
    const isAllowed = await this.throttle.mail(EMAIL_CONFIRMATION, canonicalEmail(email), request);
    return async ({ id: userId, securityVersion }, transaction) => {
      const params: EmailConfirmationParams = { userId, email, securityVersion };
      if (isAllowed) await this.outbox.add(EMAIL_CONFIRMATION, params, transaction);
    };
  }

  /** Adds nothing if the user has no confirmed address. */
  async notice(user: User, event: EmailNoticeParams['event'], transaction: Transaction): Promise<void> {
    if (user.emailCanonical === null || user.email === null) return;
    const params: EmailNoticeParams = { userId: user.id, to: user.email, event };
    await this.outbox.add(EMAIL_NOTICE, params, transaction);
  }
}
