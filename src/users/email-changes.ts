import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { EntityManager } from 'typeorm';
import { SessionOver } from '../access/access-errors';
import { requireLiveSession } from '../access/require-live-session';
import { InvalidInput } from '../http/errors';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { Database } from '../database/database';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { SessionService } from '../sessions/session-service';
import { Throttle } from '../throttling/throttle';
import { Tokens } from '../auth/tokens/tokens';
import { EmailMails } from './email-mails';
import { pendingEmail } from './pending-email';
import { type UserChanges, UserStore } from './user-store';
import type { User } from './user.entity';
import { UsersService } from './users-service';

/**
 * A user's e-mail address: it takes effect when it is confirmed, and until then the former stays in force. Nothing here
 * looks whether somebody else has an address before it is confirmed, so no answer tells (ASVS 5.0: 6.3.8).
 */
@Injectable()
export class EmailChanges {
  constructor(
    private readonly store: UserStore,
    private readonly users: UsersService,
    private readonly mails: EmailMails,
    private readonly tokens: Tokens,
    private readonly throttle: Throttle,
    private readonly sessions: SessionService,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly events: SecurityEventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws InvalidInput where an account must have an address, or no mail could reach this one; SessionOver where the
   * request's session has ended while the mail server was asked.
   */
  async requireUsable(email: string | null, request: Request): Promise<void> {
    if (email === null) {
      if (this.settings.emailRequired) throw new InvalidInput({ email: ['This field is required.'] });
      return;
    }
    await this.mails.requireDeliverable(email);
    await requireLiveSession(this.sessions, request);
  }

  /**
   * Asks for an address; null removes the one there is. Counts: each change mails strangers, or the address in force.
   * @returns what makes the change, to be called with the user as they are then; all that can refuse it has been asked.
   * @throws InvalidInput, SessionOver as `requireUsable` does; TooManyAttempts.
   */
  async prepare(
    user: User,
    email: string | null,
    request: Request,
  ): Promise<(current: User) => Promise<void>> {
    await this.requireUsable(email, request);
    await this.throttle.account(request, user.id, 'email-change');
    await this.throttle.source(request, 'email');
    return (current) =>
      email === null ? this.remove(current, request) : this.request(current, email, request);
  }

  /** Mails the link that is waited for once more. @throws SessionOver, TooManyAttempts */
  async resend(user: User, request: Request): Promise<void> {
    if (user.pendingEmail === null) return;
    await this.throttle.account(request, user.id, 'email-link');
    await this.throttle.source(request, 'email');
    const addConfirmation = await this.mails.confirmation(user.pendingEmail, request);
    await this.database.transaction(async (manager) => {
      await addConfirmation(await this.users.hold(user, manager), manager);
    });
  }

  /** Nothing is waited for any more, but for the confirmation of an address that never had one. */
  async cancel(user: User): Promise<void> {
    const awaited = user.emailCanonical === null ? user.email : null;
    await this.database.transaction(async (manager) => {
      await this.update(user, pendingEmail(awaited), manager);
      await this.tokens.revoke('email-confirmation', user.id, manager);
    });
  }

  /**
   * Puts an address in force, if it is the one that is waited for. Links to reset the password that were mailed to the
   * former end.
   * @param proof that its mail is read; asked in the same transaction, which ends without it.
   * @returns whether it is in force now. @throws EmailTaken when somebody else was first.
   */
  async confirm(
    user: User,
    email: string,
    request: Request,
    proof: (manager: EntityManager) => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<boolean> {
    const isConfirmed = await this.database.transaction(async (manager) => {
      if (!(await proof(manager))) return false;
      if (!(await this.store.confirmEmail(user, email, this.clock.now(), manager))) return false;
      await this.tokens.revoke('password-reset', user.id, manager);
      await this.mails.notice(user, 'changed', manager);
      return true;
    });
    const name = user.emailCanonical === null ? 'email.confirmed' : 'email.changed';
    if (isConfirmed) this.events.publish(name, { userId: user.id }, request);
    return isConfirmed;
  }

  /** Mails a link to the new address, and tells the one in force at once. Both are durable when this resolves. */
  private async request(user: User, email: string, request: Request): Promise<void> {
    const addConfirmation = await this.mails.confirmation(email, request);
    await this.database.transaction(async (manager) => {
      await this.update(user, pendingEmail(email), manager);
      await addConfirmation(user, manager);
      await this.mails.notice(user, 'change-requested', manager);
    });
    this.events.publish('email.changeRequested', { userId: user.id }, request);
  }

  private async remove(user: User, request: Request): Promise<void> {
    await this.database.transaction(async (manager) => {
      const none = { email: null, emailCanonical: null, emailVerifiedAt: null, ...pendingEmail(null) };
      await this.update(user, none, manager);
      await this.tokens.revoke('email-confirmation', user.id, manager);
      await this.tokens.revoke('password-reset', user.id, manager);
      await this.mails.notice(user, 'removed', manager);
    });
    this.events.publish('email.removed', { userId: user.id }, request);
  }

  /** @throws SessionOver when the user's security version is another one than that of `user`. */
  private async update(user: User, changes: UserChanges, manager: EntityManager): Promise<void> {
    const updatedAt = this.clock.now();
    if (!(await this.store.update(user, { ...changes, updatedAt }, manager))) throw new SessionOver();
  }
}
