import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, LessThanOrEqual, MoreThan, Not, type Repository } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import { lookOf } from '../http/text/lookalikes';
import { Clock } from '../options/clock';
import { RecurringJobs } from '../options/recurring-jobs';
import { Database } from '../database/database';
import { Signer } from '../sessions/signer';
import { purgeInBatches } from '../database/purge-in-batches';
import { FreedUsername } from './freed-username.entity';
import { nameTaken } from './user-errors';
import { canonicalUsername } from './username';

const PURPOSE = 'freed username';
const KEPT_FOR = 90 * 86_400_000;
/** Ten names with up to two looks each, so an attacker cannot reserve many names by renaming repeatedly. */
const MOST_ROWS = 30;

/**
 * Names given up by a rename or with the account. For 90 days other users cannot take them or lookalikes,
 * because they could impersonate the former owner. The owner can take them back.
 */
@Injectable()
export class FreedUsernames {
  constructor(
    @InjectRepository(FreedUsername, LATCHKEY_DATA_SOURCE) private readonly rows: Repository<FreedUsername>,
    private readonly signer: Signer,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Call it after writing the name and comparing it with other users: a name freed meanwhile is then found
   * there or here.
   * @param userId the user, who may take back a name that they freed.
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

  /** Call it in the transaction that frees the name. */
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

  /** Deletes up to `limit` expired reservations. @returns how many. */
  async purge(limit: number): Promise<number> {
    const where = { expiresAt: LessThanOrEqual(this.clock.now()) };
    const expired = await this.rows.find({ select: { id: true }, where, take: limit });
    if (expired.length === 0) return 0;
    const ids = expired.map(({ id }) => id);
    await this.database.write((manager) => manager.delete(FreedUsername, { id: In(ids) }));
    return expired.length;
  }
}

/** The stored forms of a freed name: the name, and its looks as a separate kind if it is ASCII. */
function formsOf(username: string): string[] {
  const canonical = canonicalUsername(username);
  const { skeletons, leavesAscii } = lookOf(username, canonical);
  return [
    `name ${canonical}`,
    ...skeletons.map((skeleton) => `${leavesAscii ? 'look' : 'ascii'} ${skeleton}`),
  ];
}

/** The stored forms that conflict with a new name. Two ASCII names never conflict by their looks. */
function clashesOf(username: string): string[] {
  const canonical = canonicalUsername(username);
  const { skeletons, leavesAscii } = lookOf(username, canonical);
  const kinds = leavesAscii ? ['look', 'ascii'] : ['look'];
  return [
    `name ${canonical}`,
    ...kinds.flatMap((kind) => skeletons.map((skeleton) => `${kind} ${skeleton}`)),
  ];
}

/** Deletes expired reservations of names in small batches. */
@Injectable()
export class ExpiredFreedUsernames {
  private readonly logger = new Logger(ExpiredFreedUsernames.name);

  constructor(
    private readonly freed: FreedUsernames,
    jobs: RecurringJobs,
  ) {
    jobs.every(10 * 60_000, () => this.purge());
  }

  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'reserved names', (limit) => this.freed.purge(limit));
  }
}
