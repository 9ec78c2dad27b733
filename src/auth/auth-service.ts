import { Injectable } from '@nestjs/common';
import { hashOfSessionId } from '../http/hash-of-session-id';
import type { RequestContext } from '../http/request-context';
import { PasswordHasher } from './passwords/password-hasher';
import { LONGEST_TRY } from './passwords/password-digest';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { isTooLong } from '../http/text/normal-form';
import { KnownDevices } from '../sessions/known-devices';
import { SessionLimitReached } from '../sessions/session-limit';
import { SessionService } from '../sessions/session-service';
import { Throttle } from '../throttling/throttle';
import { PasswordAttempts } from '../users/password-attempts';
import { UserStore } from '../users/user-store';
import { type User, withChanges } from '../users/user.entity';
import { LONGEST_USERNAME } from '../users/username';
import { UsersService } from '../users/users-service';
import { InvalidCredentials, TooManyDevices } from './auth-errors';

export interface Credentials {
  username?: unknown;
  password?: unknown;
}

// Check the raw length before any processing: an attacker controls it.
const isUsername = (text: unknown): text is string =>
  typeof text === 'string' && !isTooLong(text, LONGEST_USERNAME);
const isPassword = (text: unknown): text is string => typeof text === 'string' && text.length <= LONGEST_TRY;

/** Verifies credentials (`authenticate`) and starts or ends sessions (`logIn`, `logOut`). */
@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly store: UserStore,
    private readonly attempts: PasswordAttempts,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionService,
    private readonly devices: KnownDevices,
    private readonly throttle: Throttle,
    private readonly events: SecurityEventBus,
  ) {}

  /**
   * @param request identifies the client's address and device.
   * @returns the stored user, with the password hash upgraded if it was weak.
   * @throws InvalidCredentials, TooManyAttempts
   */
  async authenticate({ username, password }: Credentials, request: RequestContext): Promise<User> {
    if (!isUsername(username) || !isPassword(password)) throw new InvalidCredentials();
    // A known device has its own counter, so that attackers cannot lock it out.
    if (!this.devices.isKnown(request)) await this.throttle.requireUnblocked(request, 'log-in');
    const user = await this.users.findByUsername(username);
    const isRight = await this.attempts.isRight(request, user, password, username);
    if (!user || !isRight) {
      if (request.passwordTry !== 'known to be wrong')
        this.events.publish('auth.loginFailed', { userId: user?.id ?? null }, request);
      throw new InvalidCredentials();
    }
    return this.upgradeHash(user, password);
  }

  /**
   * @param user from `authenticate`. A session with an outdated security version is revoked at its first use.
   * @param remember whether this browser stays logged in after its session.
   * @throws TooManyDevices, TooManyAttempts
   */
  async logIn(request: RequestContext, user: User, remember = false): Promise<void> {
    await this.throttle.account(request, user.id, 'log-in');
    try {
      await this.sessions.start(request, user, remember);
      if (!this.hasher.coversWholePassword(user.passwordHash)) request.session.isPasswordReadInPart = true;
      const isNewDevice = this.devices.isNewTo(request, user.id);
      this.devices.remember(request, user);
      const sessionIdHash = hashOfSessionId(request.sessionID);
      const details = { userId: user.id, sessionIdHash, isRemembered: remember, isNewDevice };
      this.events.publish('auth.loggedIn', details, request);
    } catch (error) {
      throw error instanceof SessionLimitReached ? new TooManyDevices() : error;
    }
  }

  /** Guests may call it too. */
  async logOut(request: RequestContext): Promise<void> {
    this.events.requireCapacity(); // EventCapacityMiddleware skips GET /users/logout
    await this.sessions.end(request);
    request.principal = null;
  }

  /**
   * Replaces a hash of lower cost or from another system, as only a log-in provides the password. It keeps a
   * hash that ignores part of the password: rehashing an unnoticed typo there would lock the user out.
   */
  private async upgradeHash(user: User, password: string): Promise<User> {
    const { id, passwordHash } = user;
    if (!this.hasher.needsRehash(passwordHash) || !this.hasher.coversWholePassword(passwordHash, password))
      return user;
    const replacement = await this.hasher.hash(password);
    await this.store.replacePasswordHash(id, passwordHash, replacement);
    return withChanges(user, { passwordHash: replacement });
  }
}
