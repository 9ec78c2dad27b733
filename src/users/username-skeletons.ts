import { Injectable } from '@nestjs/common';
import { type EntityManager, In, Not } from 'typeorm';
import { type Look, lookOf, skeletonOf } from '../http/text/lookalikes';
import { nameTaken } from './user-errors';
import { canonicalUsername } from './username';
import type { User } from './user.entity';
import { UsernameSkeleton } from './username-skeleton.entity';

/** Names that users associate with an operator. Users may take them as they are, but not a lookalike. */
const OPERATORS = new Set(
  [
    ...['abuse', 'admin', 'administrator', 'billing', 'contact', 'help', 'helpdesk', 'hostmaster', 'info'],
    ...['latchkey', 'mod', 'moderator', 'noreply', 'no-reply', 'official', 'operator', 'postmaster', 'root'],
    ...['security', 'service', 'staff', 'superuser', 'support', 'system', 'sysadmin', 'team', 'webmaster'],
  ].map(skeletonOf),
);

/** An arbitrary number that no other application uses for advisory locks on the same server. */
const LOCK = 0x1a7c5;

/** Keeps names apart that look the same (UTS 39), unless both are ASCII. */
@Injectable()
export class UsernameSkeletons {
  /**
   * Until the transaction ends, no other one can store a lookalike of this name. Call it after writing the
   * name: of many sign-ups with one name, the unique index has then refused all but one, so they do not queue
   * here.
   * @param userId the user with this name, whose other names do not count.
   * @throws AlreadyTaken
   */
  async refuseLookalike(userId: number, username: string, manager: EntityManager): Promise<void> {
    const { skeletons, leavesAscii } = lookOf(username, canonicalUsername(username));
    if (leavesAscii && skeletons.some((skeleton) => OPERATORS.has(skeleton))) throw nameTaken();
    await this.lock(skeletons, manager);
    const isTaken = await manager.existsBy(UsernameSkeleton, {
      skeleton: In(skeletons),
      ...(!leavesAscii && { leavesAscii: true }),
      userId: Not(userId),
    });
    if (isTaken) throw nameTaken();
  }

  /** For a new user. */
  async record(id: number, username: string, manager: EntityManager): Promise<void> {
    await this.recordAll([{ id, username }], manager);
  }

  /** For imported users, whose names may look alike. */
  async recordAll(users: Pick<User, 'id' | 'username'>[], manager: EntityManager): Promise<void> {
    const rows = users.flatMap(({ id, username }) =>
      rowsOf(id, lookOf(username, canonicalUsername(username))),
    );
    await manager
      .createQueryBuilder()
      .insert()
      .into(UsernameSkeleton)
      .values(rows)
      .updateEntity(false)
      .execute();
  }

  /** For a renamed user. */
  async replace(userId: number, username: string, manager: EntityManager): Promise<void> {
    await manager.delete(UsernameSkeleton, { userId });
    await this.record(userId, username, manager);
  }

  /**
   * A unique index cannot express "unless both are ASCII", and two lookalikes that sign up concurrently would
   * not see each other. On SQLite a writing transaction runs alone.
   */
  private async lock(skeletons: string[], manager: EntityManager): Promise<void> {
    if (manager.connection.options.type !== 'postgres') return;
    // In a fixed order, or two transactions could deadlock.
    await manager.query(
      `SELECT pg_advisory_xact_lock($1, key)
       FROM (SELECT DISTINCT hashtext(skeleton) AS key FROM unnest($2::text[]) AS skeleton ORDER BY key) AS keys`,
      [LOCK, skeletons],
    );
  }
}

const rowsOf = (userId: number, { skeletons, leavesAscii }: Look) =>
  skeletons.map((skeleton) => ({ userId, skeleton, leavesAscii }));
