import { Injectable, NotFoundException } from '@nestjs/common';
import type { Request } from 'express';
import type { EntityManager } from 'typeorm';
import { SessionOver } from '../access/access-errors';
import type { Role } from '../access/principal';
import { InvalidInput } from '../http/errors';
import { isTooLong } from '../http/text/normal-form';
import { type Page, type PageQuery, pageOf } from '../http/page';
import { Clock } from '../options/clock';
import { Database } from '../database/database';
import { Settings } from '../options/settings';
import { PasswordHasher } from '../auth/passwords/password-hasher';
import { PasswordPolicy } from '../auth/passwords/password-policy';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { SessionTermination } from '../sessions/session-termination';
import type { SessionOwner } from '../sessions/session-owner';
import { UserDataCleanup } from './user-data-cleanup';
import { EmailMails } from './email-mails';
import { FreedUsernames } from './freed-usernames';
import { newUser } from './new-user';
import { UserStore } from './user-store';
import { User } from './user.entity';
import { canonicalUsername, LONGEST_USERNAME } from './username';

export interface NewAccount {
  username: string;
  password: string;
  email?: string | null;
}

/**
 * Accounts: made, read, changed, deleted. Who may do so is the guards' to decide. Where a request does it, it is given
 * along, to be named in the event.
 */
@Injectable()
export class UsersService {
  constructor(
    private readonly store: UserStore,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly ends: SessionTermination,
    private readonly belongings: UserDataCleanup,
    private readonly events: SecurityEventBus,
    private readonly mails: EmailMails,
    private readonly freed: FreedUsernames,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * An e-mail address is asked to confirm itself; whether somebody has it makes no difference.
   * @throws InvalidInput for a weak password or a missing address, AlreadyTaken for a name that another user has, or has
   * given up lately, or that looks like one.
   */
  async create({ username, password, email = null }: NewAccount, request?: Request): Promise<User> {
    const objections = this.policy.objections(password, [username, email]);
    const isMissing = email === null && this.settings.emailRequired;
    if (objections.length > 0 || isMissing) {
      throw new InvalidInput({
        ...(isMissing && { email: ['This field is required.'] }),
        ...(objections.length > 0 && { password: objections }),
      });
    }
    if (email !== null) await this.mails.requireDeliverable(email);
    const passwordHash = await this.hasher.hash(password);
    const addConfirmation = email === null ? null : await this.mails.confirmation(email, request);
    const account = newUser({ username, email, passwordHash }, this.clock.now());
    const user = await this.database.transaction(async (manager) => {
      const made = await this.store.insert(account, manager);
      await this.freed.refuseReserved(made.id, username, manager);
      await addConfirmation?.(made, manager);
      return made;
    });
    this.events.publish('user.signedUp', { userId: user.id }, request);
    return user;
  }

  async findByUsername(username: string): Promise<User | null> {
    // No such name is stored, and PostgreSQL, which has no text with a NUL, fails at one.
    if (isTooLong(username, LONGEST_USERNAME) || username.includes('\0')) return null;
    return this.store.findByCanonicalUsername(canonicalUsername(username));
  }

  /** @throws NotFoundException */
  async get(id: number): Promise<User> {
    const user = await this.store.findById(id);
    if (!user) throw new NotFoundException();
    return user;
  }

  /** The user of a principal, to be read before anything is done in their name. @throws SessionOver */
  async own({ id, securityVersion }: SessionOwner): Promise<User> {
    const user = await this.store.findById(id);
    if (user?.securityVersion !== securityVersion || user.disabledAt !== null) throw new SessionOver();
    return user;
  }

  /**
   * The same, and the user stays as they are until this transaction ends: a change of the password or of the role, the
   * disabling and the deletion come before it or after it, never in between.
   * @throws SessionOver, and nothing of the transaction is done.
   */
  async hold(principal: SessionOwner, manager: EntityManager): Promise<User> {
    const user = await this.store.hold(principal, manager);
    if (!user || user.disabledAt !== null) throw new SessionOver();
    return user;
  }

  async list({ limit, after }: PageQuery): Promise<Page<User>> {
    return pageOf(await this.store.list(limit + 1, after), limit);
  }

  /**
   * The former name is reserved for its owner.
   * @param user with the security version that they must still have. @throws SessionOver, AlreadyTaken
   */
  async rename(user: User, username: string, request?: Request): Promise<User> {
    if (username === user.username) return user;
    const usernameCanonical = canonicalUsername(username);
    const changed = { username, usernameCanonical, updatedAt: this.clock.now() };
    await this.database.transaction(async (manager) => {
      if (!(await this.store.update(user, changed, manager))) throw new SessionOver();
      await this.freed.refuseReserved(user.id, username, manager);
      if (usernameCanonical !== user.usernameCanonical)
        await this.freed.reserve(user.id, user.username, manager);
    });
    this.events.publish('user.renamed', { userId: user.id }, request);
    return Object.assign(new User(), user, changed);
  }

  /**
   * Deletes the user with all that belongs to them, and ends all their sessions. Their name is reserved.
   * @param from the security version that they must still have. @throws SessionOver when they have another one.
   */
  async remove(id: number, request?: Request, from?: number): Promise<void> {
    const user = await this.store.findById(id);
    const existed = user !== null && (await this.removeAndReserve(user, from));
    if (!existed && from !== undefined) throw new SessionOver();
    if (existed) this.events.publish('user.deleted', { userId: id }, request);
    await this.ends.endAllOf(id, 'user_deleted');
    await this.belongings.removeAllOf(id);
  }

  /**
   * Keeps a user out from now on, on every device; nothing of theirs is deleted. A log-in is then answered like a wrong
   * password. @throws NotFoundException
   */
  async disable(id: number, request?: Request): Promise<void> {
    await this.setDisabledAt(id, this.clock.now(), request);
  }

  /** Lets a disabled user log in again. @throws NotFoundException */
  async enable(id: number, request?: Request): Promise<void> {
    await this.setDisabledAt(id, null, request);
  }

  /**
   * Makes somebody an admin, or a user like all others. Their sessions and remembered devices end, so that none goes on
   * with other privileges than it was started with (ASVS 5.0: 7.2.4).
   * @returns whether they had another role before. @throws NotFoundException
   */
  async changeRole(id: number, role: Role, request?: Request): Promise<boolean> {
    if ((await this.get(id)).role === role) return false;
    // Before too: a request between the two would end its session as after a change of the password, and say so.
    await this.ends.endAllOf(id, 'role_changed');
    if (!(await this.store.secure(id, { role, updatedAt: this.clock.now() }))) throw new NotFoundException();
    this.events.publish('role.changed', { userId: id, role }, request);
    await this.ends.endAllOf(id, 'role_changed');
    return true;
  }

  private removeAndReserve({ id, username }: User, from: number | undefined): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const existed = await this.store.remove(id, from, manager);
      if (existed) await this.freed.reserve(id, username, manager);
      return existed;
    });
  }

  private async setDisabledAt(id: number, disabledAt: number | null, request?: Request): Promise<void> {
    const updatedAt = this.clock.now();
    if (!(await this.store.secure(id, { disabledAt, updatedAt }))) throw new NotFoundException();
    const name = disabledAt === null ? 'user.enabled' : 'user.disabled';
    this.events.publish(name, { userId: id }, request);
    await this.ends.endAllOf(id, 'user_disabled');
  }
}
