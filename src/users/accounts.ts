import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Request } from 'express';
import { EngineStore } from '../sessions/engine-store';
import { USER_STORE, UserStore } from './user-store';
import type { User } from './user.entity';

/** A user without the password hash. */
export type Account = Readonly<Omit<User, 'passwordHash'>>;

/** Finds the user of a session. */
@Injectable()
export class Accounts {
  constructor(
    private readonly sessions: EngineStore,
    private readonly store: UserStore,
    @Inject(USER_STORE) @Optional() private readonly custom?: UserStore,
  ) {}

  /** The user of this request's session: loaded with the session, or read from the user store. */
  async of(request: Request, userId: number): Promise<Account | null> {
    const loaded = this.sessions.loadedFor(request.session);
    // The session may have changed to another user since it was loaded.
    const isRead = !this.custom && loaded?.values.userId === userId && loaded.account !== undefined;
    if (isRead) return loaded.account as Account | null;
    const user = await this.store.findById(userId);
    if (!user) return null;
    const { passwordHash: _, ...account } = user;
    return account;
  }
}
