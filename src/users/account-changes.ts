import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { InvalidInput } from '../http/errors';
import type { Principal } from '../access/principal';
import { SessionService } from '../sessions/session-service';
import { Throttle } from '../throttling/throttle';
import type { UpdateUserDto } from './dto/change-user.dto';
import { EmailChanges } from './email-changes';
import { hasPasswordElsewhere } from './password-elsewhere';
import { StepUp } from '../access/step-up/step-up';
import type { User } from './user.entity';
import { UsersService } from './users-service';

/** What owners do to their own account, for pages and the API. */
@Injectable()
export class AccountChanges {
  constructor(
    private readonly users: UsersService,
    private readonly emails: EmailChanges,
    private readonly stepUp: StepUp,
    private readonly sessions: SessionService,
    private readonly throttle: Throttle,
  ) {}

  /** Returns the user with the old e-mail address: a new one must first be confirmed. */
  async update(
    request: RequestContext,
    principal: Principal,
    { username, email, currentPassword }: UpdateUserDto,
  ): Promise<User> {
    const user = await this.users.own(principal);
    const changesEmail = email !== undefined && email !== user.email;
    const changesName = username !== undefined && username !== user.username;
    // A backend finds its user by the name.
    if (changesName && hasPasswordElsewhere(user))
      throw new InvalidInput({ username: ['Another system manages this name.'] });
    if (changesEmail) await this.emails.requireUsable(user, email, request);
    // An attacker with an open session must not take over the account's name or e-mail address (ASVS 5.0:
    // 7.5.1).
    if (changesEmail || changesName) await this.stepUp.require(request, principal, currentPassword);
    // Everything that can be refused comes before the e-mail change, so a refused update sends no mail.
    if (changesName) await this.throttle.account(request, user.id, 'rename');
    const changeEmail = changesEmail && (await this.emails.prepare(user, email, request));
    const renamed = changesName ? await this.users.rename(user, username, request) : user;
    if (!changeEmail) return renamed;
    await changeEmail(renamed);
    return this.users.own(principal);
  }

  /** Deletes the account and logs out all devices. Asks for the password unless it was entered recently. */
  async remove(
    request: RequestContext,
    principal: Principal,
    currentPassword: string | undefined,
  ): Promise<void> {
    await this.stepUp.require(request, principal, currentPassword);
    await this.removeConfirmed(request, principal);
  }

  /** The same, but always asks for the password. */
  async removeByPassword(
    request: RequestContext,
    principal: Principal,
    currentPassword: string,
  ): Promise<void> {
    await this.stepUp.verify(request, principal, currentPassword);
    await this.removeConfirmed(request, principal);
  }

  private async removeConfirmed(request: RequestContext, principal: Principal): Promise<void> {
    await this.users.remove(principal.id, request, principal.securityVersion);
    await this.sessions.end(request);
    request.principal = null;
  }
}
