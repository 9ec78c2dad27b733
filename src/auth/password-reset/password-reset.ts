import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../http/request-context';
import { InvalidInput } from '../../http/errors';
import { Clock } from '../../options/clock';
import { Database } from '../../database/database';
import { Outbox } from '../../mail/outbox';
import { PasswordHasher } from '../passwords/password-hasher';
import { PasswordPolicy } from '../passwords/password-policy';
import { SecurityEventBus } from '../../events/bus/security-event-bus';
import { SessionTermination } from '../../sessions/session-termination';
import { SessionService } from '../../sessions/session-service';
import { Throttle } from '../../throttling/throttle';
import { Tokens } from '../tokens/tokens';
import { canonicalEmail } from '../../users/email';
import { EmailChanges } from '../../users/email-changes';
import { EmailTaken } from '../../users/user-errors';
import { hasPasswordElsewhere } from '../../users/password-elsewhere';
import { type User, withChanges } from '../../users/user.entity';
import { UserStore } from '../../users/user-store';
import { InvalidLink } from '../auth-errors';
import { PASSWORD_RESET, type PasswordResetParams } from './reset-mail';

const PAGE = { view: 'users/dead-reset', title: 'This link does not work any more' };

/** Sets a new password through a mailed link (ASVS 5.0: 6.4.3). It does not log the user in. */
@Injectable()
export class PasswordReset {
  constructor(
    private readonly store: UserStore,
    private readonly tokens: Tokens,
    private readonly outbox: Outbox,
    private readonly throttle: Throttle,
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
    private readonly database: Database,
    private readonly sessions: SessionService,
    private readonly ends: SessionTermination,
    private readonly emails: EmailChanges,
    private readonly events: SecurityEventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * ResetMail looks the address up later, so that neither the response nor its timing reveals whether the
   * address is known (ASVS 5.0: 6.3.8). @throws TooManyAttempts
   */
  async request(email: string, request: RequestContext): Promise<void> {
    await this.throttle.source(request, 'password-reset');
    const params: PasswordResetParams = { address: canonicalEmail(email) };
    if (await this.throttle.mail(PASSWORD_RESET, params.address, request))
      await this.outbox.add(PASSWORD_RESET, params);
  }

  /** Finds a link's user without consuming the link. @throws InvalidLink */
  async find(token: string | null): Promise<User> {
    const grant = token === null ? null : await this.tokens.find(PASSWORD_RESET, token);
    const user = grant && (await this.store.findById(grant.userId));
    if (!user || user.disabledAt !== null || user.securityVersion !== grant.securityVersion) {
      throw new InvalidLink(PAGE);
    }
    if (hasPasswordElsewhere(user)) throw new InvalidLink(PAGE);
    // The user may have changed the address after the link was mailed.
    if (addressOf(user) !== grant.payload.address) throw new InvalidLink(PAGE);
    return user;
  }

  /**
   * Sets the password once and revokes all of the user's sessions, including this one. A refused password
   * does not consume the link. Durable before this resolves.
   * @throws InvalidLink, InvalidInput on `password`
   */
  async complete(token: string | null, password: string, request: RequestContext): Promise<void> {
    if (token === null) throw new InvalidLink(PAGE);
    const user = await this.find(token);
    const objections = await this.policy.objections(password, [user.username, user.email, user.pendingEmail]);
    if (objections.length > 0) throw new InvalidInput({ password: objections });

    const passwordHash = await this.hasher.hash(password);
    const changes = { passwordHash, updatedAt: this.clock.now(), ...provenAddressOf(user) };
    const isDone = await this.database.transaction(
      async (transaction) =>
        (await this.tokens.consume(PASSWORD_RESET, token, transaction)) &&
        (await this.store.secure(user.id, changes, user.securityVersion, transaction)),
    );
    if (!isDone) throw new InvalidLink(PAGE);
    this.events.publish('password.reset', { userId: user.id }, request);
    await this.logOutEverywhere(user, request);
    await this.throttle.unlock(user.usernameCanonical);
    await this.confirmAddress(user, request);
  }

  /** The new security version has already revoked the sessions on all instances. This records the reason. */
  private async logOutEverywhere(user: User, request: RequestContext): Promise<void> {
    if (request.principal?.id === user.id) {
      await this.sessions.revokeCurrent(request, 'password_changed');
      request.principal = null;
    }
    await this.ends.endAllOf(user.id, 'password_changed');
  }

  /** Using the link proves control of the address. */
  private async confirmAddress(user: User, request: RequestContext): Promise<void> {
    if (user.emailCanonical !== null || user.pendingEmail === null) return;
    try {
      const secured = withChanges(user, { securityVersion: user.securityVersion + 1 });
      await this.emails.confirm(secured, user.pendingEmail, request);
    } catch (error) {
      if (!(error instanceof EmailTaken)) throw error;
    }
  }
}

/** Keeps only the pending address that the link was mailed to: an attacker may have set any other. */
const provenAddressOf = ({ emailCanonical, pendingEmail, pendingEmailCanonical }: User) =>
  emailCanonical === null ? { pendingEmail, pendingEmailCanonical } : {};

/** The address to which a user's link is mailed. */
const addressOf = ({ emailCanonical, pendingEmailCanonical }: User) =>
  emailCanonical ?? pendingEmailCanonical;
