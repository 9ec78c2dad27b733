import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { requireLiveSession, SessionEnded } from '../access/access-errors';
import type { Principal } from '../access/principal';
import { InvalidInput } from '../http/errors';
import { Clock } from '../options/clock';
import { canonicalPassword } from '../auth/passwords/password-digest';
import { PasswordHasher } from '../auth/passwords/password-hasher';
import { PasswordPolicy } from '../auth/passwords/password-policy';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { KnownDevices } from '../sessions/known-devices';
import { SessionService } from '../sessions/session-service';
import { Throttle } from '../throttling/throttle';
import type { ChangePasswordDto } from './dto/change-user.dto';
import { PasswordAttempts } from './password-attempts';
import { CHANGE_IT_THERE, hasPasswordElsewhere } from './password-elsewhere';
import { UserStore } from './user-store';
import type { User } from './user.entity';
import { UsersService } from './users-service';

/** A change of one's own password, for pages and the API. */
@Injectable()
export class PasswordChange {
  constructor(
    private readonly users: UsersService,
    private readonly store: UserStore,
    private readonly attempts: PasswordAttempts,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly sessions: SessionService,
    private readonly devices: KnownDevices,
    private readonly throttle: Throttle,
    private readonly events: SecurityEventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks for the current password, however recent the log-in (ASVS 5.0: 6.2.3). All other sessions and
   * remembered devices end (7.4.3). This browser continues under a new ID. Stored before this resolves.
   * @throws InvalidInput, TooManyAttempts, SessionEnded if another change was faster or the session has ended.
   */
  async make(
    request: RequestContext,
    principal: Principal,
    { currentPassword, newPassword }: ChangePasswordDto,
  ): Promise<void> {
    const user = await this.users.own(principal);
    if (hasPasswordElsewhere(user)) throw new InvalidInput({ currentPassword: [CHANGE_IT_THERE] });
    if (!(await this.attempts.isRight(request, user, currentPassword))) {
      throw new InvalidInput({ currentPassword: ['This is not your current password.'] });
    }
    const objections = await this.objections(user, currentPassword, newPassword);
    if (objections.length > 0) throw new InvalidInput({ newPassword: objections });

    const { id, securityVersion } = user;
    await this.throttle.account(request, id, 'password-change');
    const changes = { passwordHash: await this.hasher.hash(newPassword), updatedAt: this.clock.now() };
    await requireLiveSession(this.sessions, request); // hashing has waited in a queue twice
    if (!(await this.store.secure(id, changes, securityVersion))) throw new SessionEnded();
    this.events.publish('password.changed', { userId: id }, request);
    // The new security version has already invalidated all sessions on every instance. This records the
    // reason and renews this one.
    const secured = { id, securityVersion: securityVersion + 1 };
    if (!(await this.sessions.renewAndRevokeOthers(request, secured, 'password_changed')))
      throw new SessionEnded();
    delete request.session.isPasswordReadInPart;
    this.devices.remember(request, secured);
  }

  private async objections(
    { username, email, passwordHash }: User,
    current: string,
    replacement: string,
  ): Promise<string[]> {
    const isSame = canonicalPassword(replacement) === canonicalPassword(current);
    // If only its beginning is stored, setting it again is a change: from then on all of it counts.
    if (isSame && this.hasher.coversWholePassword(passwordHash)) return ['This is your password already.'];
    return this.policy.objections(replacement, [username, email]);
  }
}
