import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../http/request-context';
import type { Principal } from '../principal';
import { RecentStepUp } from '../recent-step-up';
import { requireLiveSession } from '../require-live-session';
import { InvalidInput } from '../../http/errors';
import { SessionService } from '../../sessions/session-service';
import { PasswordAttempts } from '../../users/password-attempts';
import { UsersService } from '../../users/users-service';

/** Requires the password for an irreversible action unless it was entered recently (ASVS 5.0: 7.5.1). */
@Injectable()
export class StepUp {
  constructor(
    private readonly recentLogin: RecentStepUp,
    private readonly users: UsersService,
    private readonly attempts: PasswordAttempts,
    private readonly sessions: SessionService,
  ) {}

  /** @throws InvalidInput on `currentPassword`, TooManyAttempts, SessionEnded */
  async require(
    request: RequestContext,
    principal: Principal,
    currentPassword: string | undefined,
  ): Promise<void> {
    if (this.recentLogin.isRecent(principal)) return;
    if (!currentPassword) throw refusal('Please confirm with your current password.');
    await this.verify(request, principal, currentPassword);
  }

  /** Always checks the password. @throws InvalidInput on `currentPassword`, TooManyAttempts, SessionEnded */
  async verify(request: RequestContext, principal: Principal, currentPassword: string): Promise<void> {
    const user = await this.users.own(principal);
    if (!(await this.attempts.isRight(request, user, currentPassword)))
      throw refusal('This is not your current password.');
    await requireLiveSession(this.sessions, request); // hashing is queued: the session may end meanwhile
  }
}

const refusal = (text: string) => new InvalidInput({ currentPassword: [text] });
