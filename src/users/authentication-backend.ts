import { ServiceUnavailableException } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import type { User } from './user.entity';

/** A name and a password that someone has entered. */
export interface PasswordAttempt {
  /** As typed, at most 384 UTF-16 units. It may be no valid username. */
  username: string;
  /** Never empty, at most 4,096 characters. */
  password: string;
  /** The account of this name, or null. It may be disabled, which is checked for every backend. */
  account: User | null;
  request: RequestContext;
}

/** The user whose password it is; or that no other backend is asked; or that the next one is. */
export type BackendAnswer = User | 'wrong password' | 'not mine';

/**
 * Verifies passwords, at log-in and wherever the password is asked for again. A port: name your classes in
 * `authentication.backends`, see docs/log-in.md.
 */
export abstract class AuthenticationBackend {
  /**
   * It may create the user, such as by `UsersService.provision`. It should take the same time for 'not mine' and
   * 'wrong password', which must not reveal who exists (ASVS 5.0: 6.3.8).
   *
   * An error means that it does not answer: the response is 503, and no other backend is asked. An HttpException is
   * the response itself.
   * @param signal aborted when the response no longer waits: 1.3 s after the request began to wait for the database or
   * a backend.
   */
  abstract authenticate(attempt: PasswordAttempt, signal: AbortSignal): Promise<BackendAnswer>;
}

/** A backend does not answer: 503. It is not known whether the password is right. */
export class BackendUnavailable extends ServiceUnavailableException {
  constructor(cause?: unknown) {
    super('We cannot check passwords right now. Please try again in a moment.', { cause });
  }
}
