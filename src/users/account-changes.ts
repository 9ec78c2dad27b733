import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { Principal } from '../access/principal';
import { FlashService } from '../flash/flash-service';
import { SessionService } from '../sessions/session-service';
import { Throttle } from '../throttling/throttle';
import type { UpdateUserDto } from './dto/update-user.dto';
import { EmailChanges } from './email-changes';
import { StepUp } from '../access/step-up/step-up';
import type { User } from './user.entity';
import { UsersService } from './users-service';

/** What owners do to their own account, the same from a page and from the API. */
@Injectable()
export class AccountChanges {
  constructor(
    private readonly users: UsersService,
    private readonly emails: EmailChanges,
    private readonly confirmation: StepUp,
    private readonly sessions: SessionService,
    private readonly throttle: Throttle,
    private readonly flashes: FlashService,
  ) {}

  /** A new e-mail address waits for its confirmation; the user that is returned has the former. */
  async update(
    request: Request,
    principal: Principal,
    { username, email, currentPassword }: UpdateUserDto,
  ): Promise<User> {
    const user = await this.users.own(principal);
    const changesEmail = email !== undefined && email !== user.email;
    const changesName = username !== undefined && username !== user.username;
    if (changesEmail) await this.emails.requireUsable(email, request);
    // Whoever finds a session open must not take the account's name or mail away (ASVS 5.0: 7.5.1).
    if (changesEmail || changesName) await this.confirmation.require(request, principal, currentPassword);
    // All that can be refused comes before the change of address: a refused change has mailed nothing.
    if (changesName) await this.throttle.account(request, user.id, 'rename');
    const changeEmail = changesEmail && (await this.emails.prepare(user, email, request));
    const renamed = changesName ? await this.users.rename(user, username, request) : user;
    if (!changeEmail) return renamed;
    await changeEmail(renamed);
    return this.users.own(principal);
  }

  /** Deletes the account; this browser and all others are logged out. Asks for the password unless it was given lately. */
  async remove(request: Request, principal: Principal, currentPassword: string | undefined): Promise<void> {
    await this.confirmation.require(request, principal, currentPassword);
    await this.removeConfirmed(request, principal);
  }

  /** The same, asking however lately the password was given. */
  async removeByPassword(request: Request, principal: Principal, currentPassword: string): Promise<void> {
    await this.confirmation.verify(request, principal, currentPassword);
    await this.removeConfirmed(request, principal);
  }

  private async removeConfirmed(request: Request, principal: Principal): Promise<void> {
    await this.users.remove(principal.id, request, principal.securityVersion);
    await this.flashes.carryOver(request, () => this.sessions.end(request));
    request.principal = null;
  }
}
