import { Injectable } from '@nestjs/common';
import { type EntityManager, In, Not } from 'typeorm';
import { type Look, lookOf, skeletonOf } from '../http/text/lookalikes';
import { nameTaken } from './name-taken';
import { canonicalUsername } from './username';
import type { User } from './user.entity';
import { UsernameSkeleton } from './username-skeleton.entity';

/** Names by which people know an operator. They may be taken as they are, and not by a name that only looks like one. */
const OPERATORS = new Set(
  [
    ...['abuse', 'admin', 'administrator', 'billing', 'contact', 'help', 'helpdesk', 'hostmaster', 'info'],
    ...['latchkey', 'mod', 'moderator', 'noreply', 'no-reply', 'official', 'operator', 'postmaster', 'root'],
    ...['security', 'service', 'staff', 'superuser', 'support', 'system', 'sysadmin', 'team', 'webmaster'],
  ].map(skeletonOf),
);

/** Any number that no other application uses for its advisory locks on the same server. */
const LOCK = 0x1a7c5;

/** Keeps names apart that look the same (UTS 39), where one of the two leaves ASCII. */
@Injectable()
export class UsernameSkeletons {
  /**
   * Until the transaction ends, no other one can give a name that looks like this one. To be called when the name is
   * written: of many sign-ups of one name, the unique index has then refused all but one, and they do not wait here.
   * @param userId who has the name; their other names do not count.
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

  /** Of a new user. */
  async record(id: number, username: string, manager: EntityManager): Promise<void> {
    await this.recordAll([{ id, username }], manager);
  }

  /** Of users who are imported with names that may look alike. */
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

  /** Of a user who had another name before. */
  async replace(userId: number, username: string, manager: EntityManager): Promise<void> {
    await manager.delete(UsernameSkeleton, { userId });
    await this.record(userId, username, manager);
  }

  /**
   * A unique index cannot say "unless both are in ASCII", and of two look-alikes that sign up at once neither would see
   * the other. On SQLite a transaction that writes is alone.
   */
  private async lock(skeletons: string[], manager: EntityManager): Promise<void> {
    if (manager.connection.options.type !== 'postgres') return;
    // In one order everywhere: two that lock the other way round would wait for each other.
    await manager.query(
      `SELECT pg_advisory_xact_lock($1, key)
       FROM (SELECT DISTINCT hashtext(skeleton) AS key FROM unnest($2::text[]) AS skeleton ORDER BY key) AS keys`,
      [LOCK, skeletons],
    );
  }
}

const rowsOf = (userId: number, { skeletons, leavesAscii }: Look) =>
  skeletons.map((skeleton) => ({ userId, skeleton, leavesAscii }));
