import { Injectable, NotFoundException } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import type { Transaction } from '../database/transaction';
import { SessionEnded } from '../access/access-errors';
import type { Role } from '../access/roles';
import { InvalidInput } from '../http/errors';
import { AlreadyTaken } from '../http/responses/already-taken';
import { isTooLong } from '../http/text/normal-form';
import { type Page, type PageQuery, pageOf } from '../http/page';
import { Clock } from '../options/clock';
import { Database } from '../database/database';
import { RoleModel } from '../options/role-model';
import { Settings } from '../options/settings';
import { PasswordHasher } from '../auth/passwords/password-hasher';
import { PasswordPolicy } from '../auth/passwords/password-policy';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { SessionTermination } from '../sessions/session-termination';
import type { SessionOwner } from '../sessions/session-engine';
import { UserDataCleanup } from './user-data-cleanup';
import { emailObjection } from './email';
import { EmailMails } from './email-mails';
import { FreedUsernames } from './freed-usernames';
import { HookRunner } from './hook-runner';
import { newUser } from './new-user';
import { passwordAt } from './password-elsewhere';
import { nameTaken } from './user-errors';
import type { ListedUser } from './user-list';
import { type NewUser, type UserChanges, UserStore } from './user-store';
import { type User, withChanges } from './user.entity';
import { canonicalUsername, LONGEST_USERNAME, usernameObjections } from './username';

/** With columns of the option `users.entity`, if there is one. */
export type NewAccount<U extends User = User> = Partial<Omit<U, keyof User>> & {
  username: string;
  password: string;
  email?: string | null;
};

export type ProvisionedAccount<U extends User = User> = Omit<NewAccount<U>, 'password'> & {
  system: string;
  subject?: string;
};

/**
 * Creates, reads, changes and deletes accounts. The guards decide who may. Events name the request, if there
 * is one. `UsersService<Employee>` is its type where the option `users.entity` is Employee.
 */
@Injectable()
export class UsersService<U extends User = User> {
  constructor(
    private readonly store: UserStore<U>,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly ends: SessionTermination,
    private readonly belongings: UserDataCleanup,
    private readonly events: SecurityEventBus,
    private readonly mails: EmailMails,
    private readonly freed: FreedUsernames,
    private readonly hooks: HookRunner,
    private readonly roles: RoleModel,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Mails a confirmation to the e-mail address, whether or not another user has it.
   * @throws InvalidInput for a weak password or a missing address, AlreadyTaken if another user has the name
   * or a lookalike, or had it recently.
   */
  async create(
    { username, password, email = null, ...own }: NewAccount<U>,
    request?: RequestContext,
  ): Promise<U> {
    const objections = await this.policy.objections(password, [username, email]);
    const isMissing = email === null && this.settings.needsEmail;
    if (objections.length > 0 || isMissing) {
      throw new InvalidInput({
        ...(isMissing && { email: ['This field is required.'] }),
        ...(objections.length > 0 && { password: objections }),
      });
    }
    if (email !== null) await this.mails.requireDeliverable(email);
    const passwordHash = await this.hasher.hash(password);
    return this.insert({ ...own, ...newUser({ username, email, passwordHash }, this.clock.now()) }, request);
  }

  /**
   * The account of a user whose password another system keeps. The first log-in creates it.
   * @param account `system` is the name of that system, and `subject` what it never gives to another user, such as an
   * entryUUID or the `sub` of OpenID Connect; by default the username exactly as it is there. To an `email` a new
   * account's confirmation is mailed.
   * @throws InvalidInput if no account can have such a name or address, AlreadyTaken if the account of this name belongs
   * to another user, and as `create` does.
   */
  async provision(
    { username, email = null, system, subject = username, ...own }: ProvisionedAccount<U>,
    request?: RequestContext,
  ): Promise<U> {
    const passwordHash = passwordAt(system, subject);
    const found = await this.findProvisioned(username, passwordHash);
    if (found) return found;
    const objections = usernameObjections(username);
    if (objections.length > 0) throw new InvalidInput({ username: objections });
    const objection = email === null ? null : emailObjection(email);
    if (objection !== null) throw new InvalidInput({ email: [objection] });
    if (email !== null) await this.mails.requireDeliverable(email);
    try {
      return await this.insert(
        { ...own, ...newUser({ username, email, passwordHash }, this.clock.now()) },
        request,
      );
    } catch (error) {
      const other = error instanceof AlreadyTaken && (await this.findProvisioned(username, passwordHash));
      if (other) return other; // a concurrent log-in was faster
      throw error;
    }
  }

  async findByUsername(username: string): Promise<U | null> {
    // No such name is stored, and PostgreSQL fails on a text with a NUL.
    if (isTooLong(username, LONGEST_USERNAME) || username.includes('\0')) return null;
    return this.store.findByCanonicalUsername(canonicalUsername(username));
  }

  /** @throws NotFoundException */
  async get(id: number): Promise<U> {
    const user = await this.store.findById(id);
    if (!user) throw new NotFoundException();
    return user;
  }

  /** The user of a principal. Read it before acting on their behalf. @throws SessionEnded */
  async own({ id, securityVersion }: SessionOwner): Promise<U> {
    const user = await this.store.findById(id);
    if (user?.securityVersion !== securityVersion || user.disabledAt !== null) throw new SessionEnded();
    return user;
  }

  /**
   * The same, and locks the user until this transaction ends: changes of password or role, disabling and
   * deletion happen before or after it.
   * @throws SessionEnded, which rolls back the transaction.
   */
  async hold(principal: SessionOwner, transaction: Transaction): Promise<U> {
    const user = await this.store.hold(principal, transaction);
    if (!user || user.disabledAt !== null) throw new SessionEnded();
    return user;
  }

  async list({ limit, after }: PageQuery): Promise<Page<ListedUser>> {
    return pageOf(await this.store.list(limit + 1, after), limit);
  }

  /**
   * Reserves the former name for its owner.
   * @param user with the security version that they must still have. @throws SessionEnded, AlreadyTaken
   */
  async rename(user: User, username: string, request?: RequestContext): Promise<User> {
    if (username === user.username) return user;
    const usernameCanonical = canonicalUsername(username);
    const changed = { username, usernameCanonical, updatedAt: this.clock.now() };
    await this.database.transaction(async (transaction) => {
      if (!(await this.store.update(user, changed as UserChanges<U>, transaction))) throw new SessionEnded();
      await this.freed.refuseReserved(user.id, username, transaction);
      if (usernameCanonical !== user.usernameCanonical)
        await this.freed.reserve(user.id, user.username, transaction);
    });
    this.events.publish('user.renamed', { userId: user.id }, request);
    return withChanges(user, changed);
  }

  /**
   * Deletes the user with all their data, ends their sessions and reserves their name.
   * @param from the security version that they must still have. @throws SessionEnded if it differs.
   */
  async remove(id: number, request?: RequestContext, from?: number): Promise<void> {
    const user = await this.store.findById(id);
    if (!user && from !== undefined) throw new SessionEnded();
    if (user) await this.removeAndReserve(user, request, from);
    await this.ends.endAllOf(id, 'user_deleted');
    await this.belongings.removeAllOf(id);
    if (user) await this.hooks.after('AfterDelete', { user, request });
  }

  /**
   * Locks a user out on every device without deleting anything. A log-in then gets the same response as a
   * wrong password. @throws NotFoundException
   */
  async disable(id: number, request?: RequestContext): Promise<void> {
    await this.setDisabledAt(id, this.clock.now(), request);
  }

  /** Allows a disabled user to log in again. @throws NotFoundException */
  async enable(id: number, request?: RequestContext): Promise<void> {
    await this.setDisabledAt(id, null, request);
  }

  /**
   * Replaces the roles. Ends the user's sessions and remembered devices, so none continues with other
   * privileges than it started with (ASVS 5.0: 7.2.4).
   * @param roles in any order, one at least
   * @returns whether they had others before.
   * @throws NotFoundException, InvalidInput for a role that the option `roles` does not name
   */
  async changeRoles(id: number, roles: readonly Role[], request?: RequestContext): Promise<boolean> {
    const others = this.checked(roles);
    if (others.join() === [...(await this.get(id)).roles].sort().join()) return false;
    // Also before the change: a request in between would end its session with the reason of a password
    // change.
    await this.ends.endAllOf(id, 'role_changed');
    if (!(await this.store.secure(id, { roles: others, updatedAt: this.clock.now() })))
      throw new NotFoundException();
    this.events.publish('role.changed', { userId: id, role: others.join() }, request);
    await this.ends.endAllOf(id, 'role_changed');
    return true;
  }

  /** In one order, without duplicates. @throws InvalidInput */
  private checked(roles: readonly Role[]): Role[] {
    const unknown = roles.filter((role) => !this.roles.roles.includes(role));
    if (unknown.length > 0) throw new InvalidInput({ roles: [`There is no role ${unknown.join(', ')}.`] });
    if (roles.length === 0) throw new InvalidInput({ roles: ['A user has one role at least.'] });
    return [...new Set(roles)].sort();
  }

  private async insert(account: NewUser, request: RequestContext | undefined): Promise<U> {
    const { username, email } = account;
    const addConfirmation = email === null ? null : await this.mails.confirmation(email, request);
    const user = await this.database.transaction(async (transaction) => {
      const made = await this.store.insert(account, transaction);
      await this.freed.refuseReserved(made.id, username, transaction);
      await addConfirmation?.(made, transaction);
      await this.hooks.before('BeforeSignUp', { user: made, transaction, request });
      return made;
    });
    this.events.publish('user.signedUp', { userId: user.id }, request);
    await this.hooks.after('AfterSignUp', { user, request });
    return user;
  }

  /** @throws AlreadyTaken if another user has the name. */
  private async findProvisioned(username: string, passwordHash: string): Promise<U | null> {
    const user = await this.findByUsername(username);
    if (user && user.passwordHash !== passwordHash) throw nameTaken();
    return user;
  }

  /** @throws SessionEnded, which rolls back what hooks have written. */
  private async removeAndReserve(
    user: User,
    request: RequestContext | undefined,
    from: number | undefined,
  ): Promise<void> {
    const { id, username } = user;
    await this.database.transaction(async (transaction) => {
      await this.hooks.before('BeforeDelete', { user, transaction, request });
      if (!(await this.store.remove(id, from, transaction))) throw new SessionEnded();
      await this.freed.reserve(id, username, transaction);
    });
    this.events.publish('user.deleted', { userId: id }, request);
  }

  private async setDisabledAt(
    id: number,
    disabledAt: number | null,
    request?: RequestContext,
  ): Promise<void> {
    const updatedAt = this.clock.now();
    if (!(await this.store.secure(id, { disabledAt, updatedAt }))) throw new NotFoundException();
    const name = disabledAt === null ? 'user.enabled' : 'user.disabled';
    this.events.publish(name, { userId: id }, request);
    await this.ends.endAllOf(id, 'user_disabled');
  }
}
