import { Injectable } from '@nestjs/common';
import { type EntityManager, In, Not } from 'typeorm';
import { type Look, lookOf, skeletonOf } from '../common/lookalikes';
import { lockNames } from './lock-names';
import { nameTaken } from './name-taken';
import { canonicalUsername } from './username';
import { UsernameSkeleton } from './username-skeleton.entity';

/** Names by which people know an operator. They may be taken as they are, and not by a name that only looks like one. */
const OPERATORS = new Set(
  [
    ...['abuse', 'admin', 'administrator', 'billing', 'contact', 'help', 'helpdesk', 'hostmaster', 'info'],
    ...['latchkey', 'mod', 'moderator', 'noreply', 'no-reply', 'official', 'operator', 'postmaster', 'root'],
    ...['security', 'service', 'staff', 'superuser', 'support', 'system', 'sysadmin', 'team', 'webmaster'],
  ].map(skeletonOf),
);

/** Keeps names apart that look the same (UTS 39), where one of the two leaves ASCII. */
@Injectable()
export class UsernameSkeletons {
  /**
   * Until the transaction ends, no other one can give a name that looks like this one.
   * @param userId whose own names do not count.
   * @throws AlreadyTaken
   */
  async refuseLookalike(username: string, manager: EntityManager, userId?: number): Promise<void> {
    await lockNames(manager, [username]);
    const { skeletons, leavesAscii } = lookOf(username, canonicalUsername(username));
    if (leavesAscii && skeletons.some((skeleton) => OPERATORS.has(skeleton))) throw nameTaken();
    const isTaken = await manager.existsBy(UsernameSkeleton, {
      skeleton: In(skeletons),
      ...(!leavesAscii && { leavesAscii: true }),
      ...(userId !== undefined && { userId: Not(userId) }),
    });
    if (isTaken) throw nameTaken();
  }

  /** Replaces those of the name that this user had before. */
  async record(userId: number, username: string, manager: EntityManager): Promise<void> {
    await manager.delete(UsernameSkeleton, { userId });
    await manager.insert(UsernameSkeleton, rowsOf(userId, lookOf(username, canonicalUsername(username))));
  }
}

const rowsOf = (userId: number, { skeletons, leavesAscii }: Look) =>
  skeletons.map((skeleton) => ({ userId, skeleton, leavesAscii }));
