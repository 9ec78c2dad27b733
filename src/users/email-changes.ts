import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import type { Transaction } from '../database/transaction';
import { requireLiveSession, SessionEnded } from '../access/access-errors';
import { InvalidInput } from '../http/errors';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { Database } from '../database/database';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { SessionService } from '../sessions/session-service';
import { Throttle } from '../throttling/throttle';
import { Tokens } from '../auth/tokens/tokens';
import { canonicalEmail } from './email';
import { EmailMails } from './email-mails';
import { pendingEmail } from './new-user';
import { type UserChanges, UserStore } from './user-store';
import type { User } from './user.entity';
import { UsersService } from './users-service';

/**
 * A user's e-mail address takes effect when confirmed. Until then the previous one stays in effect. Nothing
 * here checks before confirmation whether another user has an address, so no response reveals it (ASVS 5.0:
 * 6.3.8).
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
   * @throws InvalidInput if an account must have an address, or the user has confirmed this one already, or
   * mail cannot reach it; SessionEnded if the request's session ended while the mail server was asked.
   */
  async requireUsable(user: User, email: string | null, request: RequestContext): Promise<void> {
    if (email === null) {
      if (this.settings.needsEmail) throw new InvalidInput({ email: ['This field is required.'] });
      return;
    }
    if (canonicalEmail(email) === user.emailCanonical)
      throw new InvalidInput({ email: ['This is your address already.'] });
    await this.mails.requireDeliverable(email);
    await requireLiveSession(this.sessions, request);
  }

  /**
   * Prepares a change to an address, or its removal (null). Throttled, because each change mails strangers or
   * the current address. The pending address is not a change: its link is mailed again.
   * @returns a function that makes the change, to be called with the current user; nothing refuses it any
   * more.
   * @throws InvalidInput, SessionEnded as `requireUsable` does; TooManyAttempts.
   */
  async prepare(
    user: User,
    email: string | null,
    request: RequestContext,
  ): Promise<(current: User) => Promise<void>> {
    await this.requireUsable(user, email, request);
    if (email !== null && canonicalEmail(email) === user.pendingEmailCanonical) {
      await this.throttleLink(user, request);
      return (current) => this.mailLinkAgain(current, request);
    }
    await this.throttle.account(request, user.id, 'email-change');
    await this.throttle.source(request, 'email');
    return (current) =>
      email === null ? this.remove(current, request) : this.request(current, email, request);
  }

  /** Mails the pending confirmation link again. @throws SessionEnded, TooManyAttempts */
  async resend(user: User, request: RequestContext): Promise<void> {
    if (user.pendingEmail === null) return;
    await this.throttleLink(user, request);
    await this.mailLinkAgain(user, request);
  }

  /**
   * Cancels a pending change. If no address was ever confirmed, the one from sign-up becomes pending again.
   */
  async cancel(user: User): Promise<void> {
    const awaited = user.emailCanonical === null ? user.email : null;
    await this.database.transaction(async (transaction) => {
      await this.update(user, pendingEmail(awaited), transaction);
      await this.tokens.revoke('email-confirmation', user.id, transaction);
    });
  }

  /**
   * Confirms an address if it is the pending one. Revokes reset links that were mailed to the previous
   * address.
   * @param proof that the user reads its mail; runs in the same transaction, which has no effect without it.
   * @returns whether it is confirmed now. @throws EmailTaken if another user was first.
   */
  async confirm(
    user: User,
    email: string,
    request: RequestContext,
    proof: (transaction: Transaction) => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<boolean> {
    // A request that was in flight during a confirmation can make the confirmed address pending again.
    const isChange = user.emailCanonical !== null && user.emailCanonical !== canonicalEmail(email);
    const isConfirmed = await this.database.transaction(async (transaction) => {
      if (!(await proof(transaction))) return false;
      if (!(await this.store.confirmEmail(user, email, this.clock.now(), transaction))) return false;
      await this.tokens.revoke('password-reset', user.id, transaction);
      if (isChange) await this.mails.notice(user, 'changed', transaction);
      return true;
    });
    const name = isChange ? 'email.changed' : 'email.confirmed';
    if (isConfirmed) this.events.publish(name, { userId: user.id }, request);
    return isConfirmed;
  }

  private async throttleLink(user: User, request: RequestContext): Promise<void> {
    await this.throttle.account(request, user.id, 'email-link');
    await this.throttle.source(request, 'email');
  }

  private async mailLinkAgain(user: User, request: RequestContext): Promise<void> {
    if (user.pendingEmail === null) return;
    const addConfirmation = await this.mails.confirmation(user.pendingEmail, request);
    await this.database.transaction(async (transaction) => {
      await addConfirmation(await this.users.hold(user, transaction), transaction);
    });
  }

  /** Mails a link to the new address and a notice to the current one. Both are durable when this resolves. */
  private async request(user: User, email: string, request: RequestContext): Promise<void> {
    const addConfirmation = await this.mails.confirmation(email, request);
    await this.database.transaction(async (transaction) => {
      await this.update(user, pendingEmail(email), transaction);
      await addConfirmation(user, transaction);
      await this.mails.notice(user, 'change-requested', transaction);
    });
    this.events.publish('email.changeRequested', { userId: user.id }, request);
  }

  private async remove(user: User, request: RequestContext): Promise<void> {
    await this.database.transaction(async (transaction) => {
      const none = { email: null, emailCanonical: null, emailVerifiedAt: null, ...pendingEmail(null) };
      await this.update(user, none, transaction);
      await this.tokens.revoke('email-confirmation', user.id, transaction);
      await this.tokens.revoke('password-reset', user.id, transaction);
      await this.mails.notice(user, 'removed', transaction);
    });
    this.events.publish('email.removed', { userId: user.id }, request);
  }

  /** @throws SessionEnded if the user's security version differs from that of `user`. */
  private async update(user: User, changes: UserChanges, transaction: Transaction): Promise<void> {
    const updatedAt = this.clock.now();
    if (!(await this.store.update(user, { ...changes, updatedAt }, transaction))) throw new SessionEnded();
  }
}
