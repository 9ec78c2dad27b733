import { Injectable } from '@nestjs/common';
import { InvalidInput } from '../../http/errors';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import type { RequestContext } from '../../http/request-context';
import { Clock } from '../../options/clock';
import { SecurityEventBus } from '../../events/bus/security-event-bus';
import { SessionService } from '../../sessions/session-service';
import { Throttle } from '../../throttling/throttle';
import { PasswordAttempts } from '../../users/password-attempts';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users-service';
import { requireLiveSession, SessionEnded } from '../access-errors';
import type { Principal } from '../principal';

const RECENT = 10 * 60_000;

/** Whether the user entered the password recently enough for an irreversible action (ASVS 5.0: 7.5.1). */
export function hasRecentStepUp(clock: Clock, { authenticatedAt }: Principal): boolean {
  return clock.isWithinLast(RECENT, authenticatedAt);
}

/**
 * Asks for the password again: with the form of an irreversible action (`require`, `verify`), or on a page of its own, to
 * which StepUpGuard redirects (`renew`).
 */
@Injectable()
export class StepUp {
  constructor(
    private readonly users: UsersService,
    private readonly attempts: PasswordAttempts,
    private readonly sessions: SessionService,
    private readonly throttle: Throttle,
    private readonly events: SecurityEventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Checks the password unless it was entered recently. @throws InvalidInput on `currentPassword`, TooManyAttempts, SessionEnded
   */
  async require(
    request: RequestContext,
    principal: Principal,
    currentPassword: string | undefined,
  ): Promise<void> {
    if (hasRecentStepUp(this.clock, principal)) return;
    if (!currentPassword)
      throw new InvalidInput({ currentPassword: ['Please confirm with your current password.'] });
    await this.verify(request, principal, currentPassword);
  }

  /** Always checks the password. @throws InvalidInput on `currentPassword`, TooManyAttempts, SessionEnded */
  async verify(request: RequestContext, principal: Principal, currentPassword: string): Promise<void> {
    await this.check(request, principal, 'currentPassword', currentPassword);
    await requireLiveSession(this.sessions, request); // hashing is queued: the session may end meanwhile
  }

  /**
   * Renews the session under a new ID and stores it before this resolves.
   * @throws InvalidInput on `password`, TooManyAttempts, SessionEnded if the session has ended meanwhile.
   */
  async renew(request: RequestContext, principal: Principal, password: string): Promise<void> {
    const user = await this.check(request, principal, 'password', password);
    await this.throttle.account(request, user.id, 'reauthentication');
    if (!(await this.sessions.renew(request, user))) throw new SessionEnded();
    const sessionIdHash = hashOfSessionId(request.sessionID);
    this.events.publish('auth.reauthenticated', { userId: user.id, sessionIdHash }, request);
  }

  private async check(
    request: RequestContext,
    principal: Principal,
    field: 'currentPassword' | 'password',
    password: string,
  ): Promise<User> {
    const user = await this.users.own(principal);
    if (await this.attempts.isRight(request, user, password)) return user;
    throw new InvalidInput({ [field]: ['This is not your current password.'] });
  }
}
