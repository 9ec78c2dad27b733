import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { LONGEST_TRY } from '../auth/passwords/password-digest';
import { isTooLong } from '../http/text/normal-form';
import { KnownDevices } from '../sessions/known-devices';
import { Throttle } from '../throttling/throttle';
import { AuthenticationBackends } from './authentication-backends';
import type { PasswordAttempt } from './authentication-backend';
import type { User } from './user.entity';
import { canonicalUsername, LONGEST_USERNAME } from './username';

declare module '../http/request-context' {
  interface RequestFields {
    /** If a form repeats a wrong password, it is refused again without counting as another guess. */
    passwordTry?: 'wrong' | 'known to be wrong';
  }
}

/** All password checks go through here, at log-in and for confirmation, so all are throttled. */
@Injectable()
export class PasswordAttempts {
  constructor(
    private readonly backends: AuthenticationBackends,
    private readonly throttle: Throttle,
    private readonly devices: KnownDevices,
  ) {}

  /**
   * A refusal takes the same work whether or not the user exists or is disabled, so its time reveals nothing
   * (ASVS 5.0: 6.3.8). A throttled attempt asks no backend and costs no hash.
   * @returns the user whose name and password these are, if they may log in.
   * @throws TooManyAttempts, BackendUnavailable
   */
  authenticate(request: RequestContext, attempt: Omit<PasswordAttempt, 'request'>): Promise<User | null> {
    return this.check({ ...attempt, request }, ({ disabledAt }) => disabledAt === null);
  }

  /**
   * Whether it is the password of this user, who may log in. Takes the same work as `authenticate`.
   * @throws TooManyAttempts, BackendUnavailable
   */
  async isRight(request: RequestContext, user: User, password: string): Promise<boolean> {
    const attempt = { username: user.username, password, account: user, request };
    const isThem = ({ id, disabledAt }: User) => id === user.id && disabledAt === null;
    return (await this.check(attempt, isThem)) !== null;
  }

  private async check(attempt: PasswordAttempt, mayBe: (user: User) => boolean): Promise<User | null> {
    const { username, password, account, request } = attempt;
    if (request.passwordTry === 'known to be wrong' || !isWithinBounds(username, password)) return null;
    const guess = {
      account: canonicalUsername(username),
      userId: account?.id ?? null,
      deviceId: account && this.devices.idFor(request, account),
    };
    let user: User | null = null;
    const isRight = await this.throttle.guess(request, guess, async () => {
      user = await this.backends.authenticate(attempt, mayBe);
      return user !== null;
    });
    if (!isRight) request.passwordTry = 'wrong';
    return user;
  }
}

/** The raw lengths, before any processing: an attacker controls them. LDAP accepts an empty password for any name (RFC 4513, 5.1.2). */
export const isWithinBounds = (username: string, password: string): boolean =>
  !isTooLong(username, LONGEST_USERNAME) && password !== '' && password.length <= LONGEST_TRY;
