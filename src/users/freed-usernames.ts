import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, LessThanOrEqual, MoreThan, Not, type Repository } from 'typeorm';
import { lookOf } from '../http/text/lookalikes';
import { Clock } from '../options/clock';
import { Database } from '../database/database';
import { Signer } from '../sessions/signer';
import { FreedUsername } from './freed-username.entity';
import { nameTaken } from './name-taken';
import { canonicalUsername } from './username';

const PURPOSE = 'freed username';
const KEPT_FOR = 90 * 86_400_000;
/** Ten names, each with up to two looks. Renaming again and again must not take names away from others for free. */
const MOST_ROWS = 30;

/**
 * Names that were given up by a rename or with the account. For 90 days others cannot take them, nor what looks like
 * them: they would be taken for the former owner, who may come back to it.
 */
@Injectable()
export class FreedUsernames {
  constructor(
    @InjectRepository(FreedUsername) private readonly rows: Repository<FreedUsername>,
    private readonly signer: Signer,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * To be called when the name is written and compared with those of other users: one that is freed meanwhile is found
   * there, or here.
   * @param userId who may take back what they have freed.
   * @throws AlreadyTaken
   */
  async refuseReserved(userId: number, username: string, manager: EntityManager): Promise<void> {
    const isReserved = await manager.existsBy(FreedUsername, {
      nameHash: In(clashesOf(username).flatMap((form) => this.signer.signatures(PURPOSE, form))),
      expiresAt: MoreThan(this.clock.now()),
      ownerId: Not(userId),
    });
    if (isReserved) throw nameTaken();
  }

  /** To be called in the transaction that frees the name. */
  async reserve(ownerId: number, username: string, manager: EntityManager): Promise<void> {
    const expiresAt = this.clock.now() + KEPT_FOR;
    const hashes = formsOf(username).map((form) => this.signer.sign(PURPOSE, form));
    await manager.delete(FreedUsername, { ownerId, nameHash: In(hashes) });
    await manager.insert(
      FreedUsername,
      hashes.map((nameHash) => ({ ownerId, nameHash, expiresAt })),
    );
    const older = await manager.find(FreedUsername, {
      select: { id: true },
      where: { ownerId },
      order: { id: 'DESC' },
      skip: MOST_ROWS,
      take: MOST_ROWS,
    });
    if (older.length > 0) await manager.delete(FreedUsername, { id: In(older.map(({ id }) => id)) });
  }

  /** Deletes reservations whose time is over. @returns how many, at most `limit`. */
  async purge(limit: number): Promise<number> {
    const where = { expiresAt: LessThanOrEqual(this.clock.now()) };
    const expired = await this.rows.find({ select: { id: true }, where, take: limit });
    if (expired.length === 0) return 0;
    const ids = expired.map(({ id }) => id);
    await this.database.write((manager) => manager.delete(FreedUsername, { id: In(ids) }));
    return expired.length;
  }
}

/** What is kept of a freed name: the name, and its look, apart for a name in ASCII. */
function formsOf(username: string): string[] {
  const canonical = canonicalUsername(username);
  const { skeletons, leavesAscii } = lookOf(username, canonical);
  return [
    `name ${canonical}`,
    ...skeletons.map((skeleton) => `${leavesAscii ? 'look' : 'ascii'} ${skeleton}`),
  ];
}

/** The kept forms that stand in the way of a new name. Two names in ASCII do not stand in each other's. */
function clashesOf(username: string): string[] {
  const canonical = canonicalUsername(username);
  const { skeletons, leavesAscii } = lookOf(username, canonical);
  const kinds = leavesAscii ? ['look', 'ascii'] : ['look'];
  return [
    `name ${canonical}`,
    ...kinds.flatMap((kind) => skeletons.map((skeleton) => `${kind} ${skeleton}`)),
  ];
}
