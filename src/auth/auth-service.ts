import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { FlashService } from '../flash/flash-service';
import { PasswordHasher } from './passwords/password-hasher';
import { LONGEST_TRY } from './passwords/password-lengths';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { hashOfSessionId } from '../http/hash-of-session-id';
import { isTooLong } from '../http/text/normal-form';
import { KnownDevices } from '../sessions/known-devices';
import { SessionLimitReached } from '../sessions/session-limit';
import { SessionService } from '../sessions/session-service';
import { Throttle } from '../throttling/throttle';
import { PasswordAttempts } from '../users/password-attempts';
import { UserStore } from '../users/user-store';
import { User } from '../users/user.entity';
import { LONGEST_USERNAME } from '../users/username';
import { UsersService } from '../users/users-service';
import { InvalidCredentials } from './invalid-credentials';
import { TooManyDevices } from './too-many-devices';

export interface Credentials {
  username?: unknown;
  password?: unknown;
}

// By their raw length, before anything is made of them: a stranger decides how long they are.
const isUsername = (text: unknown): text is string =>
  typeof text === 'string' && !isTooLong(text, LONGEST_USERNAME);
const isPassword = (text: unknown): text is string => typeof text === 'string' && text.length <= LONGEST_TRY;

/** Who somebody is (`authenticate`) and that they are here now (`logIn`, `logOut`). */
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
    private readonly flashes: FlashService,
    private readonly events: SecurityEventBus,
  ) {}

  /**
   * @param request the one that tries: where from, and on which device.
   * @returns the user as stored now.
   * @throws InvalidCredentials, TooManyAttempts
   */
  async authenticate({ username, password }: Credentials, request: Request): Promise<User> {
    if (!isUsername(username) || !isPassword(password)) throw new InvalidCredentials();
    // A known device has a counter of its own, so that others cannot lock it out.
    if (!this.devices.isKnown(request)) await this.throttle.ask(request, 'log-in');
    const user = await this.users.findByUsername(username);
    const isRight = await this.attempts.isRight(request, user, password, username);
    if (!user || !isRight) {
      if (request.passwordTry !== 'known to be wrong')
        this.events.publish('auth.loginFailed', { userId: user?.id ?? null }, request);
      throw new InvalidCredentials();
    }
    return this.strengthen(user, password);
  }

  /**
   * @param user as `authenticate` has found them: a session for an older version of them is over at its first use.
   * @param remember whether this browser stays logged in beyond its session.
   * @throws TooManyDevices, TooManyAttempts
   */
  async logIn(request: Request, user: User, remember = false): Promise<void> {
    await this.throttle.account(request, user.id, 'log-in');
    try {
      await this.flashes.carryOver(request, () => this.sessions.start(request, user, remember));
      if (!this.hasher.readsAll(user.passwordHash)) request.session.isPasswordReadInPart = true;
      const isNewDevice = this.devices.isNewTo(request, user.id);
      this.devices.remember(request, user);
      const sessionIdHash = hashOfSessionId(request.sessionID);
      const details = { userId: user.id, sessionIdHash, isRemembered: remember, isNewDevice };
      this.events.publish('auth.loggedIn', details, request);
    } catch (error) {
      throw error instanceof SessionLimitReached ? new TooManyDevices() : error;
    }
  }

  /** Succeeds for a guest too. */
  async logOut(request: Request): Promise<void> {
    this.events.requireCapacity(); // a link may have led here
    await this.flashes.carryOver(request, () => this.sessions.end(request));
    request.principal = null;
  }

  /**
   * Only now is the password at hand: a hash of a lower cost or from another system is replaced. One that has not read
   * all of it is kept: hashing a slip that it did not notice would lock its owner out for good.
   */
  private async strengthen(user: User, password: string): Promise<User> {
    const { id, passwordHash } = user;
    if (!this.hasher.needsRehash(passwordHash) || !this.hasher.readsAll(passwordHash, password)) return user;
    const replacement = await this.hasher.hash(password);
    await this.store.replacePasswordHash(id, passwordHash, replacement);
    return Object.assign(new User(), user, { passwordHash: replacement });
  }
}
