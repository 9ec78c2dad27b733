import type { EntityManager } from 'typeorm';
import type { SessionOwner } from '../sessions/session-owner';
import type { User } from './user.entity';

export type NewUser = Omit<User, 'id'>;
type Secured = 'passwordHash' | 'role' | 'disabledAt';
export type UserChanges = Partial<Omit<User, 'id' | 'createdAt' | 'securityVersion' | Secured>>;
/** What ends the sessions that were there before. */
export type SecurityChanges = Partial<
  Pick<User, Secured | 'updatedAt' | 'pendingEmail' | 'pendingEmailCanonical'>
>;

/** Provide a store of your own under this token, in a global module, and it takes the place of ours. */
export const USER_STORE = Symbol('the user store of the application');

/**
 * Where accounts live. A port. What is read is what was written last, on whichever instance: a replica that lags behind
 * would show users as deleted or changed, and their sessions would end for it.
 *
 * What takes a `manager` is part of that one's transaction, with the mail or token that belongs to it. A store outside
 * this database leaves it unused.
 */
export abstract class UserStore {
  abstract findById(id: number): Promise<User | null>;

  abstract findByCanonicalUsername(usernameCanonical: string): Promise<User | null>;

  abstract findByConfirmedEmail(emailCanonical: string): Promise<User | null>;

  /** Those who gave this address and have none that is confirmed; oldest first, `limit` at most. */
  abstract listByUnconfirmedEmail(emailCanonical: string, limit: number): Promise<User[]>;

  /** Oldest first, `limit` at most, those after the ID `after`. */
  abstract list(limit: number, after?: number): Promise<User[]>;

  /**
   * Stored password hashes in parts, one at least of each cost: the most expensive one decides how long it takes to refuse
   * a password. A store that gives none lets its costs be learned as they are met.
   */
  async *hashesOfEachCost(): AsyncGenerator<string[]> {}

  /** @throws AlreadyTaken when another user has this canonical name, or one that looks like it (see docs/accounts.md). */
  abstract insert(user: NewUser, manager?: EntityManager): Promise<User>;

  /** Stores imported users, whose names need not be such as can be chosen. @throws AlreadyTaken as `insert` does. */
  async insertAll(users: NewUser[], manager?: EntityManager): Promise<void> {
    for (const user of users) await this.insert(user, manager);
  }

  /**
   * Changes a user, in one statement.
   * @param owner the user with the security version that they must still have.
   * @returns whether there was such a user, of this version. @throws AlreadyTaken as `insert` does.
   */
  abstract update(owner: SessionOwner, changes: UserChanges, manager?: EntityManager): Promise<boolean>;

  /**
   * Puts the address in force that waits for it, in one statement, if it still is this one (as typed).
   * @param owner as in `update`.
   * @returns whether it was. @throws EmailTaken when another user has confirmed it.
   */
  abstract confirmEmail(
    owner: SessionOwner,
    email: string,
    at: number,
    manager?: EntityManager,
  ): Promise<boolean>;

  /**
   * The user, if they still have this security version. Until the transaction of the manager ends no other one changes
   * that. A store outside this database can only look.
   */
  async hold({ id, securityVersion }: SessionOwner, _manager: EntityManager): Promise<User | null> {
    const user = await this.findById(id);
    return user?.securityVersion === securityVersion ? user : null;
  }

  /** Replaces a hash only if it is still this one, so that two log-ins at once cannot undo a password change. */
  abstract replacePasswordHash(id: number, current: string, replacement: string): Promise<void>;

  /**
   * Changes a user and raises `securityVersion` by one, in one statement. An address that waits to be confirmed waits no
   * more, unless `changes` name one: a thief of a session may have given it. Where none was ever confirmed, the one given
   * at sign-up (`email`) waits again.
   * @param from the version that it must still have, so that of two changes at once only one is made.
   * @returns whether there was such a user, of this version.
   */
  abstract secure(
    id: number,
    changes: SecurityChanges,
    from?: number,
    manager?: EntityManager,
  ): Promise<boolean>;

  /**
   * Deletes the user and all that belongs to them.
   * @param from as in `secure`.
   * @returns whether there was such a user, of this version.
   */
  abstract remove(id: number, from?: number, manager?: EntityManager): Promise<boolean>;
}
