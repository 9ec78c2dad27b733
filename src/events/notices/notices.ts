import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Outbox } from '../../mail/outbox';
import type { SecurityEvent } from '../bus/security-event';
import { UserStore } from '../../users/user-store';
import { NOTICE, type NoticeParams, type NoticeSubject } from './notice-params';

/** Who has just signed up logs in for the first time, on a device that must be new. */
const STILL_NEW_MS = 3_600_000;

/**
 * Tells users by mail what happened to their account (ASVS 5.0: 6.3.5, 6.3.7). A lock is told once, as it is once in a day;
 * the others happen only to who knows a password or has copied a cookie, so nobody's mailbox can be flooded.
 */
@Injectable()
export class Notices {
  constructor(
    private readonly users: UserStore,
    private readonly outbox: Outbox,
  ) {}

  @OnEvent('password.changed')
  passwordChanged(event: SecurityEvent<'password.changed'>): Promise<void> {
    return this.tell('password-changed', event.details.userId, event);
  }

  @OnEvent('password.reset')
  passwordReset(event: SecurityEvent<'password.reset'>): Promise<void> {
    return this.tell('password-reset', event.details.userId, event);
  }

  @OnEvent('rememberMe.tokenReplayed')
  tokenReplayed(event: SecurityEvent<'rememberMe.tokenReplayed'>): Promise<void> {
    return this.tell('stolen-device', event.details.userId, event);
  }

  @OnEvent('auth.accountLocked')
  async accountLocked(event: SecurityEvent<'auth.accountLocked'>): Promise<void> {
    const { userId } = event.details;
    if (userId !== null) await this.tell('account-locked', userId, event);
  }

  @OnEvent('auth.loggedIn')
  async loggedIn(event: SecurityEvent<'auth.loggedIn'>): Promise<void> {
    const { userId, isNewDevice } = event.details;
    if (isNewDevice) await this.tell('new-device', userId, event);
  }

  /** A mail to an address that nobody has confirmed would tell a stranger. */
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
