import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { PasswordHasher } from '../auth/passwords/password-hasher';
import { KnownDevices } from '../sessions/known-devices';
import { Throttle } from '../throttling/throttle';
import type { User } from './user.entity';
import { canonicalUsername } from './username';

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
    private readonly hasher: PasswordHasher,
    private readonly throttle: Throttle,
    private readonly devices: KnownDevices,
  ) {}

  /**
   * A refusal takes the same work whether or not the user exists or is disabled, so its time reveals nothing
   * (ASVS 5.0: 6.3.8). A throttled attempt costs no hash.
   * @param username as typed; default: the user's own.
   * @returns whether the password is correct and the user may log in.
   * @throws TooManyAttempts
   */
  async isRight(
    request: RequestContext,
    user: User | null,
    password: string,
    username = user?.username ?? '',
  ): Promise<boolean> {
    if (request.passwordTry === 'known to be wrong') return false;
    const guess = {
      account: canonicalUsername(username),
      userId: user?.id ?? null,
      deviceId: user && this.devices.idFor(request, user),
    };
    const isRight = await this.throttle.guess(request, guess, async () => {
      // A correct password is faster than a wrong one, which must not reveal the password of a disabled user.
      return user?.disabledAt === null
        ? this.hasher.verify(password, user.passwordHash)
        : this.hasher.simulateVerify(password);
    });
    if (!isRight) request.passwordTry = 'wrong';
    return isRight;
  }
}
