import { Injectable } from '@nestjs/common';
import { hashOfSessionId } from '../http/hash-of-session-id';
import type { RequestContext } from '../http/request-context';
import { PasswordHasher } from './passwords/password-hasher';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { KnownDevices } from '../sessions/known-devices';
import { SessionLimitReached } from '../sessions/session-limit';
import { SessionService } from '../sessions/session-service';
import { Settings } from '../options/settings';
import { Throttle } from '../throttling/throttle';
import { EmailChanges } from '../users/email-changes';
import { HookRunner } from '../users/hook-runner';
import { isWithinBounds, PasswordAttempts } from '../users/password-attempts';
import { hasPasswordElsewhere } from '../users/password-elsewhere';
import type { User } from '../users/user.entity';
import { UsersService } from '../users/users-service';
import { EmailUnconfirmed, InvalidCredentials, TooManyDevices } from './auth-errors';

export interface Credentials {
  username?: unknown;
  password?: unknown;
}

/** Verifies credentials (`authenticate`) and starts or ends sessions (`logIn`, `logOut`). */
@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly attempts: PasswordAttempts,
    private readonly hasher: PasswordHasher,
    private readonly emails: EmailChanges,
    private readonly hooks: HookRunner,
    private readonly sessions: SessionService,
    private readonly devices: KnownDevices,
    private readonly throttle: Throttle,
    private readonly events: SecurityEventBus,
    private readonly settings: Settings,
  ) {}

  /**
   * @param request identifies the client's address and device.
   * @returns the stored user, with the password hash upgraded if it was weak.
   * @throws InvalidCredentials, TooManyAttempts, BackendUnavailable
   */
  async authenticate({ username, password }: Credentials, request: RequestContext): Promise<User> {
    if (typeof username !== 'string' || typeof password !== 'string' || !isWithinBounds(username, password))
      throw new InvalidCredentials();
    // A known device has its own counter, so that attackers cannot lock it out.
    if (!this.devices.isKnown(request)) await this.throttle.requireUnblocked(request, 'log-in');
    const account = await this.users.findByUsername(username);
    const user = await this.attempts.authenticate(request, { username, password, account });
    if (user) return user;
    if (request.passwordTry !== 'known to be wrong')
      this.events.publish('auth.loginFailed', { userId: account?.id ?? null }, request);
    throw new InvalidCredentials();
  }

  /**
   * Call it after any other way of authentication too: OIDC, SAML, a mailed link (docs/log-in.md).
   * @param user who has just proved to be this user. A session with an outdated security version is revoked at its
   * first use.
   * @param remember whether this browser stays logged in after its session.
   * @throws InvalidCredentials if the user is disabled, EmailUnconfirmed if they must confirm their address first; TooManyDevices, TooManyAttempts, and what hooks throw
   */
  async logIn(request: RequestContext, user: User, remember = false): Promise<void> {
    await this.throttle.account(request, user.id, 'log-in');
    await this.requireAdmitted(request, user);
    try {
      await this.sessions.start(request, user, remember);
      if (!hasPasswordElsewhere(user) && !this.hasher.coversWholePassword(user.passwordHash))
        request.session.isPasswordReadInPart = true;
      const isNewDevice = this.devices.isNewTo(request, user.id);
      this.devices.remember(request, user);
      const sessionIdHash = hashOfSessionId(request.sessionID);
      const details = { userId: user.id, sessionIdHash, isRemembered: remember, isNewDevice };
      this.events.publish('auth.loggedIn', details, request);
    } catch (error) {
      throw error instanceof SessionLimitReached ? new TooManyDevices() : error;
    }
    await this.hooks.after('AfterLogIn', { user, request });
  }

  /** Guests may call it too. @throws what hooks throw */
  async logOut(request: RequestContext): Promise<void> {
    this.events.requireCapacity(); // EventCapacityMiddleware skips GET /users/logout
    const { principal } = request;
    if (principal) await this.hooks.before('BeforeLogOut', { principal, request });
    await this.sessions.end(request);
    request.principal = null;
  }

  private async requireAdmitted(request: RequestContext, user: User): Promise<void> {
    try {
      if (user.disabledAt !== null) throw new InvalidCredentials();
      await this.requireConfirmedEmail(request, user);
      await this.hooks.before('BeforeLogIn', { user, request });
    } catch (error) {
      this.events.publish('auth.loginFailed', { userId: user.id }, request);
      throw error;
    }
  }

  /** Of users who signed up here: another system vouches for those whose password it keeps. */
  private async requireConfirmedEmail(request: RequestContext, user: User): Promise<void> {
    const isNeeded = this.settings.needsConfirmedEmail && !hasPasswordElsewhere(user);
    if (!isNeeded || user.emailVerifiedAt !== null) return;
    await this.emails.resend(user, request);
    throw new EmailUnconfirmed();
  }
}
