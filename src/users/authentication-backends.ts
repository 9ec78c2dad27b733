import { HttpException, Logger } from '@nestjs/common';
import { isDatabaseUnavailable } from '../database/database-unavailable';
import { RequestDeadline } from '../database/request-deadline';
import { RateLimitedLog } from '../http/rate-limited-log';
import {
  type AuthenticationBackend,
  type BackendAnswer,
  BackendUnavailable,
  type PasswordAttempt,
} from './authentication-backend';
import { PasswordBackend } from './password-backend';
import type { User } from './user.entity';

/** The backends of the application, asked in order until one knows the user. */
export class AuthenticationBackends {
  private readonly log = new RateLimitedLog(new Logger('Authentication'), 'error', 10);

  constructor(private readonly backends: readonly AuthenticationBackend[]) {}

  /**
   * A refusal asks every backend once, so that its time does not reveal which of them knows the user, or that none
   * does (ASVS 5.0: 6.3.8).
   * @param mayBe whether the user that a backend answers with is admitted.
   * @returns null if refused. @throws BackendUnavailable
   */
  async authenticate(attempt: PasswordAttempt, mayBe: (user: User) => boolean): Promise<User | null> {
    for (const [index, backend] of this.backends.entries()) {
      const answer = await this.ask(backend, attempt);
      if (answer === 'not mine') continue;
      if (answer !== 'wrong password' && mayBe(answer)) return answer;
      for (const other of this.backends.slice(index + 1)) await this.ask(other, unknownUser(attempt));
      return null;
    }
    return null;
  }

  private async ask(backend: AuthenticationBackend, attempt: PasswordAttempt): Promise<BackendAnswer> {
    const abort = new AbortController();
    const answer = () => backend.authenticate(attempt, abort.signal);
    // The hashing queue has limits of its own, and the database deadlines.
    if (backend instanceof PasswordBackend) return answer();
    try {
      return await RequestDeadline.current().waitFor(answer, () => abort.abort());
    } catch (error) {
      if (!abort.signal.aborted && (error instanceof HttpException || isDatabaseUnavailable(error)))
        throw error;
      const reason = abort.signal.aborted ? 'it took too long' : reasonOf(error);
      this.log.write(`${backend.constructor.name} does not answer: ${reason}`);
      throw new BackendUnavailable(error);
    }
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Costs a backend the same work, but tells it nothing: the name and password may be another system's. */
const unknownUser = ({ password, request }: PasswordAttempt): PasswordAttempt => ({
  username: '.', // no account has such a name
  password: password.replace(/[^\0]/g, 'x'), // a NUL can double the work of hashing
  account: null,
  request,
});
