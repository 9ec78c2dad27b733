import type { Transaction } from '../database/transaction';
import type { SessionOwner } from '../sessions/session-engine';
import type { ListedUser } from './user-list';
import type { User } from './user.entity';

/** With the columns of the option `users.entity`, if there is one. */
export type NewUser = Omit<User, 'id'>;
type Secured = 'passwordHash' | 'roles' | 'disabledAt';
export type UserChanges<U extends User = User> = Partial<
  Omit<U, 'id' | 'createdAt' | 'securityVersion' | Secured>
>;
/** Changes that end the user's existing sessions. */
export type SecurityChanges = Partial<
  Pick<User, Secured | 'updatedAt' | 'pendingEmail' | 'pendingEmailCanonical'>
>;

/** Provide your own store under this token in a global module to replace the built-in one. */
export const USER_STORE = Symbol('the user store of the application');

/**
 * The port to the user accounts. Reads must return the latest write of any instance. With a lagging replica,
 * users would seem deleted or changed, and their sessions would end.
 *
 * A method with a `transaction` joins it, together with the mail or token that belongs to the
 * change. A store outside this database ignores it.
 *
 * `UserStore<Employee>` is the type of the store where the option `users.entity` is Employee.
 */
export abstract class UserStore<U extends User = User> {
  abstract findById(id: number): Promise<U | null>;

  abstract findByCanonicalUsername(usernameCanonical: string): Promise<U | null>;

  abstract findByConfirmedEmail(emailCanonical: string): Promise<U | null>;

  /** Users who entered this address and have no confirmed one; oldest first, up to `limit`. */
  abstract listByUnconfirmedEmail(emailCanonical: string, limit: number): Promise<U[]>;

  /** Users with an ID after `after`; oldest first, up to `limit`. */
  abstract list(limit: number, after?: number): Promise<ListedUser[]>;

  /**
   * Stored password hashes in parts, at least one per cost: the most expensive one determines how long
   * refusing a password must take. Without them, the hasher learns costs as it verifies hashes.
   */
  async *hashesOfEachCost(): AsyncGenerator<string[]> {}

  /** @throws AlreadyTaken if another user has this canonical name or a lookalike (see docs/accounts.md). */
  abstract insert(user: NewUser, transaction?: Transaction): Promise<U>;

  /**
   * Stores imported users, whose names may break the rules for new names. @throws AlreadyTaken as `insert`
   * does.
   */
  async insertAll(users: NewUser[], transaction?: Transaction): Promise<void> {
    for (const user of users) await this.insert(user, transaction);
  }

  /**
   * Changes a user in one statement.
   * @param owner the user and the security version that they must still have.
   * @returns whether there was such a user with this version. @throws AlreadyTaken as `insert` does.
   */
  abstract update(owner: SessionOwner, changes: UserChanges<U>, transaction?: Transaction): Promise<boolean>;

  /**
   * Confirms the pending address in one statement, if it is still this one (as typed).
   * @param owner as in `update`.
   * @returns whether it was. @throws EmailTaken if another user has confirmed it.
   */
  abstract confirmEmail(
    owner: SessionOwner,
    email: string,
    at: number,
    transaction?: Transaction,
  ): Promise<boolean>;

  /**
   * The user, if they still have this security version. The version cannot change until the
   * transaction ends. A store outside this database can only read it.
   */
  async hold({ id, securityVersion }: SessionOwner, _transaction: Transaction): Promise<U | null> {
    const user = await this.findById(id);
    return user?.securityVersion === securityVersion ? user : null;
  }

  /**
   * Replaces the hash only if it is still `current`, so a concurrent log-in cannot undo a password change.
   */
  abstract replacePasswordHash(id: number, current: string, replacement: string): Promise<void>;

  /**
   * Changes a user and increments `securityVersion` in one statement. Cancels a pending address unless
   * `changes` name one, because an attacker with a stolen session may have entered it. If none was ever
   * confirmed, the one from sign-up (`email`) becomes pending again.
   * @param from the version it must still have, so only one of two concurrent changes succeeds.
   * @returns whether there was such a user with this version.
   */
  abstract secure(
    id: number,
    changes: SecurityChanges,
    from?: number,
    transaction?: Transaction,
  ): Promise<boolean>;

  /**
   * Deletes the user and all their data.
   * @param from as in `secure`.
   * @returns whether there was such a user with this version.
   */
  abstract remove(id: number, from?: number, transaction?: Transaction): Promise<boolean>;
}
