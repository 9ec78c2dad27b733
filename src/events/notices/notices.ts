import { Injectable } from '@nestjs/common';
import { Outbox } from '../../mail/outbox';
import type { SecurityEvent } from '../bus/security-event';
import { SecurityEventBus } from '../bus/security-event-bus';
import { UserStore } from '../../users/user-store';

/** Its view is `notices/<subject>`. */
export type NoticeSubject =
  'password-changed' | 'password-reset' | 'new-device' | 'stolen-device' | 'account-locked';

export const NOTICE = 'notice';

/** A notice's parameters in the outbox. */
export interface NoticeParams {
  userId: number;
  subject: NoticeSubject;
  /** The time of the event, in milliseconds since 1970. */
  at: number;
  /** The client address, if known. */
  ip: string | null;
  userAgent: string | null;
}

/** Every new user's first log-in is on a new device: send no notice within this time of sign-up. */
const STILL_NEW_MS = 3_600_000;

/**
 * Mails users about changes to their account (ASVS 5.0: 6.3.5, 6.3.7). Attackers cannot flood a mailbox: an
 * account locks at most once a day, and all other notices require a password or a stolen cookie.
 */
@Injectable()
export class Notices {
  constructor(
    private readonly users: UserStore,
    private readonly outbox: Outbox,
    bus: SecurityEventBus,
  ) {
    bus.on('password.changed', (event) => this.tell('password-changed', event.details.userId, event));
    bus.on('password.reset', (event) => this.tell('password-reset', event.details.userId, event));
    bus.on('rememberMe.tokenReplayed', (event) => this.tell('stolen-device', event.details.userId, event));
    bus.on('auth.accountLocked', async (event) => {
      const { userId } = event.details;
      if (userId !== null) await this.tell('account-locked', userId, event);
    });
    bus.on('auth.loggedIn', async (event) => {
      const { userId, isNewDevice } = event.details;
      if (isNewDevice) await this.tell('new-device', userId, event);
    });
  }

  /** Skips unconfirmed addresses, as they may belong to a stranger. */
  private async tell(
    subject: NoticeSubject,
    userId: number,
    { at, ip, userAgent }: SecurityEvent,
  ): Promise<void> {
    const user = await this.users.findById(userId);
    if (!user || user.emailVerifiedAt === null) return;
    if (subject === 'new-device' && at - user.createdAt < STILL_NEW_MS) return;
    const params: NoticeParams = { userId, subject, at, ip, userAgent };
    await this.outbox.add(NOTICE, params);
  }
}
