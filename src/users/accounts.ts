import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { EngineStore } from '../sessions/engine-store';
import type { EndReason } from '../sessions/session-engine';
import { TypeOrmUserStore } from './typeorm-user-store';
import { UserStore } from './user-store';
import { type User, withChanges } from './user.entity';

/** A user without the password hash. */
export type Account = Readonly<Omit<User, 'passwordHash'>>;

/** Finds the user of a session. */
@Injectable()
export class Accounts {
  constructor(
    private readonly sessions: EngineStore,
    private readonly store: UserStore,
  ) {}

  /**
   * The user that was loaded with this request's session; null if there is no such user.
   * @returns undefined if the session was loaded without its user, or has changed to another user since.
   */
  loaded(request: RequestContext, userId: number): Account | null | undefined {
    const session = this.sessions.loadedFor(request.session);
    const isOurs = this.store instanceof TypeOrmUserStore; // another store has users that are not in our table
    if (!isOurs || session?.values.userId !== userId) return undefined;
    return session.account as Account | null | undefined;
  }

  /** The user of this request's session: loaded with the session, or read from the user store. */
  async of(request: RequestContext, userId: number): Promise<Account | null> {
    const loaded = this.loaded(request, userId);
    if (loaded !== undefined) return loaded;
    const user = await this.store.findById(userId);
    if (!user) return null;
    const account = withChanges(user, {});
    Reflect.deleteProperty(account, 'passwordHash');
    return account;
  }
}

/**
 * Why the user's sessions are no longer valid, or null. It also catches a session that a concurrent log-in
 * started during a password change.
 * @param user the stored user, or null if deleted.
 * @param securityVersion the user's version at the start of the session.
 */
export function revocationReason(
  user: Pick<Account, 'disabledAt' | 'securityVersion'> | null,
  securityVersion: number,
): EndReason | null {
  if (!user) return 'user_deleted';
  if (user.disabledAt !== null) return 'user_disabled';
  return user.securityVersion === securityVersion ? null : 'password_changed';
}
