import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { EntityManager } from 'typeorm';
import { InvalidInput } from '../http/errors';
import { Mailer } from '../mail/mailer';
import { Outbox } from '../mail/outbox';
import { Throttle } from '../throttling/throttle';
import { canonicalEmail, needsSmtpUtf8 } from './email';
import type { User } from './user.entity';

/** Asks whoever reads the mail of an address to confirm it. */
export const EMAIL_CONFIRMATION = 'email-confirmation';
export interface EmailConfirmationParams {
  userId: number;
  /** As typed. */
  email: string;
  /** The user's when it was asked for. */
  securityVersion: number;
}

/** Tells the address that was in force what becomes of it. */
export const EMAIL_NOTICE = 'email-notice';
export interface EmailNoticeParams {
  userId: number;
  to: string;
  event: 'change-requested' | 'changed' | 'removed';
}

type Addressee = Pick<User, 'id' | 'securityVersion'>;
/** Adds the mail to the outbox, in the transaction of what it belongs to. */
type AddMail = (user: Addressee, manager: EntityManager) => Promise<void>;

/** The mails that a change of address brings about. */
@Injectable()
export class EmailMails {
  constructor(
    private readonly outbox: Outbox,
    private readonly mailer: Mailer,
    private readonly throttle: Throttle,
  ) {}

  /** @throws InvalidInput where the mail server takes no such address: its owner could never confirm it. */
  async requireDeliverable(email: string): Promise<void> {
    if (!needsSmtpUtf8(email) || (await this.mailer.takesUnicodeAddresses())) return;
    throw new InvalidInput({
      email: [
        'We cannot send to this address now: our mail server does not confirm that it takes letters beyond A to Z before the @. Use another address.',
      ],
    });
  }

  /**
   * To be called before the transaction: the count of mails has one of its own. Beyond its limit nothing is added and
   * nobody is told, as it says nothing about accounts and would only help who floods a mailbox.
   */
  async confirmation(email: string, request?: Request): Promise<AddMail> {
    const isAllowed = await this.throttle.mail(EMAIL_CONFIRMATION, canonicalEmail(email), request);
    return async ({ id: userId, securityVersion }, manager) => {
      const params: EmailConfirmationParams = { userId, email, securityVersion };
      if (isAllowed) await this.outbox.add(EMAIL_CONFIRMATION, params, manager);
    };
  }

  /** Nothing is added where no address was in force. */
  async notice(user: User, event: EmailNoticeParams['event'], manager: EntityManager): Promise<void> {
    if (user.emailCanonical === null || user.email === null) return;
    const params: EmailNoticeParams = { userId: user.id, to: user.email, event };
    await this.outbox.add(EMAIL_NOTICE, params, manager);
  }
}
