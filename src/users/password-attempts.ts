import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { PasswordHasher } from '../auth/passwords/password-hasher';
import { KnownDevices } from '../sessions/known-devices';
import { Throttle } from '../throttling/throttle';
import type { User } from './user.entity';
import { canonicalUsername } from './username';

declare module 'express-serve-static-core' {
  interface Request {
    /** A form that repeats a wrong password is refused again, without a second guess being counted. */
    passwordTry?: 'wrong' | 'known to be wrong';
  }
}

/** The one place where somebody's password is tried: throttled, whether it is to log in or to confirm. */
@Injectable()
export class PasswordAttempts {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly throttle: Throttle,
    private readonly devices: KnownDevices,
  ) {}

  /**
   * A refusal takes the same work whether or not the user exists or is disabled, so that time tells nothing
   * (ASVS 5.0: 6.3.8), and none when the try comes too early.
   * @param username as typed; the user's own when there is one.
   * @returns whether this is the password of a user who may use it.
   * @throws TooManyAttempts
   */
  async isRight(
    request: Request,
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
      // A right password is quicker than a wrong one: of a disabled user it must not be found out.
      return user?.disabledAt === null
        ? this.hasher.verify(password, user.passwordHash)
        : this.hasher.verifyNothing(password);
    });
    if (!isRight) request.passwordTry = 'wrong';
    return isRight;
  }
}
