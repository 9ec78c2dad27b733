import { Inject, Injectable, Optional } from '@nestjs/common';
import { Settings } from '../config/settings';
import { Changes } from '../database/changes/changes';
import { TrackedCopies } from '../database/changes/tracked-copies';
import { USER_STORE, UserStore } from './user-store';
import type { User } from './user.entity';

/** A user without what their password is verified by. */
export type StandingUser = Readonly<Omit<User, 'passwordHash'>>;

/** Names the copy of a user as `Touched` does, and as the triggers of `NotifyChanges` do. */
export const keyOfCopy = (id: number): string => `user:${id}`;

/** Users as they stand now. Of those in a store of our own it keeps copies; of another one nobody tells the changes. */
@Injectable()
export class StandingUsers {
  private readonly copies: TrackedCopies<StandingUser> | undefined;

  constructor(
    private readonly store: UserStore,
    { sessionCache }: Settings,
    changes: Changes,
    @Inject(USER_STORE) @Optional() theirs?: UserStore,
  ) {
    if (sessionCache > 0 && !theirs) this.copies = new TrackedCopies(changes, sessionCache);
  }

  /** @param isKnown what `Changes` has said to this request, if it has asked. */
  find(id: number, isKnown?: boolean): Promise<StandingUser | null> {
    const read = () => this.read(id);
    return this.copies ? this.copies.get(keyOfCopy(id), read, isKnown) : read();
  }

  /** The user, where there is a copy. @param isKnown as above. */
  known(id: number, isKnown: boolean | undefined): StandingUser | undefined {
    return isKnown ? this.copies?.known(keyOfCopy(id), isKnown) : undefined;
  }

  private async read(id: number): Promise<StandingUser | null> {
    const user = await this.store.findById(id);
    if (!user) return null;
    const { passwordHash: _, ...standing } = user;
    return Object.freeze(standing);
  }
}
