import { Injectable, type Type } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, IsNull, type Repository } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import { Database } from '../database/database';
import { managerOf, type Transaction } from '../database/transaction';
import type { SessionOwner } from '../sessions/session-engine';
import { isUniqueViolation, violatedColumns } from '../database/constraint-violations';
import { AlreadyTaken } from '../http/responses/already-taken';
import { UserModel } from '../options/user-model';
import { EmailTaken, nameTaken } from './user-errors';
import { hashesOfEachCost } from './hashes-of-each-cost';
import { pendingEmail } from './new-user';
import { isLatchkeyColumn } from './own-columns';
import { type NewUser, type SecurityChanges, type UserChanges, UserStore } from './user-store';
import { type ListedUser, USERS } from './user-list';
import { User } from './user.entity';
import { UsernameSkeletons } from './username-skeletons';

@Injectable()
export class TypeOrmUserStore extends UserStore {
  private readonly entity: Type<User>;
  private readonly users: Repository<User>;

  constructor(
    @InjectDataSource(LATCHKEY_DATA_SOURCE) source: DataSource,
    { entity }: UserModel,
    private readonly database: Database,
    private readonly skeletons: UsernameSkeletons,
  ) {
    super();
    this.entity = (entity as Type<User> | undefined) ?? User;
    this.users = source.getRepository(this.entity);
  }

  findById(id: number): Promise<User | null> {
    return this.users.findOneBy({ id });
  }

  findByCanonicalUsername(usernameCanonical: string): Promise<User | null> {
    return this.users.findOneBy({ usernameCanonical });
  }

  findByConfirmedEmail(emailCanonical: string): Promise<User | null> {
    return this.users.findOneBy({ emailCanonical });
  }

  listByUnconfirmedEmail(pendingEmailCanonical: string, limit: number): Promise<User[]> {
    const where = { pendingEmailCanonical, emailCanonical: IsNull() };
    return this.users.find({ where, order: { id: 'ASC' }, take: limit });
  }

  list(limit: number, after?: number): Promise<ListedUser[]> {
    return USERS.items(this.database, limit, after);
  }

  override hashesOfEachCost(): AsyncGenerator<string[]> {
    return hashesOfEachCost(this.users);
  }

  async insert(user: NewUser, transaction?: Transaction): Promise<User> {
    const insert = async (within: EntityManager) => {
      const id = await this.unlessTaken(this.insertedId(within, user));
      await this.skeletons.refuseLookalike(id, user.username, within);
      await this.skeletons.record(id, user.username, within);
      if (this.entity === User) return Object.assign(new User(), user, { id });
      return within.findOneByOrFail(this.entity, { id }); // own columns may have defaults
    };
    return transaction ? insert(managerOf(transaction)) : this.database.transaction(insert);
  }

  override async insertAll(users: NewUser[], transaction?: Transaction): Promise<void> {
    const insert = async (within: EntityManager) => {
      const inserting = within
        .createQueryBuilder()
        .insert()
        .into(this.entity)
        .values(users)
        .updateEntity(false);
      await this.unlessTaken(inserting.execute());
      const names = users.map(({ usernameCanonical }) => usernameCanonical);
      const made = await within.find(this.entity, {
        select: { id: true, username: true },
        where: { usernameCanonical: In(names) },
      });
      await this.skeletons.recordAll(made, within);
    };
    await (transaction ? insert(managerOf(transaction)) : this.database.transaction(insert));
  }

  async update(
    { id, securityVersion }: SessionOwner,
    changes: UserChanges,
    transaction?: Transaction,
  ): Promise<boolean> {
    const { username } = changes;
    const update = async (within: EntityManager) => {
      const { affected } = await this.unlessTaken(
        within.update(this.entity, { id, securityVersion }, changes),
      );
      if (username !== undefined && affected === 1) {
        await this.skeletons.refuseLookalike(id, username, within);
        await this.skeletons.replace(id, username, within);
      }
      return affected === 1;
    };
    return transaction ? update(managerOf(transaction)) : this.database.transaction(update);
  }

  override hold({ id, securityVersion }: SessionOwner, transaction: Transaction): Promise<User | null> {
    const manager = managerOf(transaction);
    // A SQLite transaction already locks the whole database; SQLite has no row locks.
    const isSqlite = manager.connection.options.type === 'sqlite';
    const lock = isSqlite ? undefined : ({ mode: 'pessimistic_read' } as const);
    return manager.findOne(this.entity, { where: { id, securityVersion }, lock });
  }

  async confirmEmail(
    { id, securityVersion }: SessionOwner,
    email: string,
    at: number,
    transaction?: Transaction,
  ): Promise<boolean> {
    const confirmed = {
      email: () => 'pending_email',
      emailCanonical: () => 'pending_email_canonical',
      emailVerifiedAt: at,
      pendingEmail: null,
      pendingEmailCanonical: null,
      updatedAt: at,
    };
    const { affected } = await this.unlessTaken(
      this.write(
        (within) => within.update(this.entity, { id, securityVersion, pendingEmail: email }, confirmed),
        transaction,
      ),
      () => new EmailTaken(),
    );
    return affected === 1;
  }

  async replacePasswordHash(id: number, current: string, replacement: string): Promise<void> {
    await this.database.write((manager) =>
      manager.update(this.entity, { id, passwordHash: current }, { passwordHash: replacement }),
    );
  }

  async secure(
    id: number,
    changes: SecurityChanges,
    from?: number,
    transaction?: Transaction,
  ): Promise<boolean> {
    const secure = async (within: EntityManager) => {
      const where = { id, ...ofVersion(from) };
      const user = await within.findOne(this.entity, { select: { id: true, email: true }, where });
      if (!user) return false;
      const { pendingEmail: signedUpWith, pendingEmailCanonical: canonical } = pendingEmail(user.email);
      const { affected } = await within
        .createQueryBuilder()
        .update(this.entity)
        .set({
          pendingEmail: () => ofSignUp('signedUpWith'),
          pendingEmailCanonical: () => ofSignUp('canonical'),
          ...changes,
          // Incremented by the database: two requests that both read the old version would increment it only
          // once.
          securityVersion: () => 'security_version + 1',
        })
        .where(where)
        .setParameters({ signedUpWith, canonical })
        .execute();
      return affected === 1;
    };
    return this.write(secure, transaction);
  }

  async remove(id: number, from?: number, transaction?: Transaction): Promise<boolean> {
    const { affected } = await this.write(
      (within) => within.delete(this.entity, { id, ...ofVersion(from) }),
      transaction,
    );
    return affected === 1;
  }

  private write<T>(
    statement: (manager: EntityManager) => Promise<T>,
    within: Transaction | undefined,
  ): Promise<T> {
    return within ? statement(managerOf(within)) : this.database.write(statement);
  }
  /** On SQLite, TypeORM would read the row again for the columns with defaults. */
  private async insertedId(within: EntityManager, user: NewUser): Promise<number> {
    const isSqlite = within.connection.options.type === 'sqlite';
    const insert = within
      .createQueryBuilder()
      .insert()
      .into(this.entity)
      .values({ ...user });
    const inserted = await insert.updateEntity(!isSqlite).execute();
    return (isSqlite ? inserted.raw : inserted.identifiers[0].id) as number;
  }

  /** Only the database can tell: two concurrent sign-ups may both find the name free. */
  private async unlessTaken<T>(write: Promise<T>, refusal: () => Error = nameTaken): Promise<T> {
    try {
      return await write;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw this.ownColumnTaken(error) ?? refusal();
    }
  }

  private ownColumnTaken(error: unknown): Error | null {
    const violated = violatedColumns(error);
    const own = this.users.metadata.columns.find(
      ({ databaseName }) => violated.includes(databaseName) && !isLatchkeyColumn(databaseName),
    );
    return own ? new AlreadyTaken({ [own.propertyName]: ['This is taken.'] }) : null;
  }
}

const ofVersion = (from: number | undefined) => (from === undefined ? {} : { securityVersion: from });

/** Checked by the statement itself: the address may have been confirmed or removed since it was read. */
const ofSignUp = (parameter: string) =>
  `CASE WHEN email_canonical IS NULL AND email = :signedUpWith THEN :${parameter} END`;
