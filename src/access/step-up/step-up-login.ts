import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../http/request-context';
import { SessionEnded } from '../access-errors';
import type { Principal } from '../principal';
import { InvalidInput } from '../../http/errors';
import { SecurityEventBus } from '../../events/bus/security-event-bus';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import { SessionService } from '../../sessions/session-service';
import { Throttle } from '../../throttling/throttle';
import { PasswordAttempts } from '../../users/password-attempts';
import { UsersService } from '../../users/users-service';

/** Step-up authentication with the password, for StepUpGuard. Pages and the API share it. */
@Injectable()
export class StepUpLogin {
  constructor(
    private readonly users: UsersService,
    private readonly attempts: PasswordAttempts,
    private readonly sessions: SessionService,
    private readonly throttle: Throttle,
    private readonly events: SecurityEventBus,
  ) {}

  /**
   * Renews the session under a new ID and stores it before this resolves.
   * @throws InvalidInput on `password`, TooManyAttempts, SessionEnded if the session has ended meanwhile.
   */
  async complete(request: RequestContext, principal: Principal, password: string): Promise<void> {
    const user = await this.users.own(principal);
    if (!(await this.attempts.isRight(request, user, password))) {
      throw new InvalidInput({ password: ['This is not your current password.'] });
    }
    await this.throttle.account(request, user.id, 'reauthentication');
    if (!(await this.sessions.renew(request, user))) throw new SessionEnded();
    const sessionIdHash = hashOfSessionId(request.sessionID);
    this.events.publish('auth.reauthenticated', { userId: user.id, sessionIdHash }, request);
  }
}
