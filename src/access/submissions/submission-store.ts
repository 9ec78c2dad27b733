import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { Clock } from '../../options/clock';
import { Database } from '../../database/database';
import type { Submission } from './submission';
import { SubmissionEntity } from './submission.entity';

/** How long an outcome is repeated. */
const REMEMBERED_FOR = 10_000;
/** How long nothing else happens under a key whose request was not answered, because its process has died. */
const LONGEST_WORK = 60_000;
/** An answer can be lost more than once, but no key is a supply of sessions. */
export const MOST_REPEATS = 3;

/**
 * One statement on SQLite and PostgreSQL alike: of several requests one gets a row, on whichever instance. A time
 * further ahead than we set shows that a clock was set back.
 */
const CLAIM = `WITH asked AS (SELECT CAST($1 AS varchar(43)) AS id_hash, CAST($2 AS varchar(43)) AS digest,
    CAST($3 AS varchar(43)) AS session_id_hash, CAST($4 AS bigint) AS moment)
  INSERT INTO submissions AS kept (id_hash, digest, session_id_hash, outcome, repeats, expires_at)
  SELECT id_hash, digest, session_id_hash, NULL, 0, moment + ${LONGEST_WORK} FROM asked WHERE true
  ON CONFLICT (id_hash) DO UPDATE SET digest = excluded.digest, session_id_hash = excluded.session_id_hash,
    outcome = NULL, repeats = 0, expires_at = excluded.expires_at
  WHERE kept.expires_at <= excluded.expires_at - ${LONGEST_WORK} OR kept.expires_at > excluded.expires_at + ${LONGEST_WORK}
  RETURNING expires_at`;

/** That this request, and no other, does what its submission asks for; until when it holds names it. */
export interface Claim {
  readonly idHash: string;
  readonly expiresAt: number;
}

/** Which submissions are at work and how they ended, in SQL: all instances know it. */
@Injectable()
export class SubmissionStore {
  constructor(
    @InjectRepository(SubmissionEntity) private readonly rows: Repository<SubmissionEntity>,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @returns null when another request was first. */
  async claim({ idHash, digest, sessionIdHash }: Submission): Promise<Claim | null> {
    const parameters = [idHash, digest, sessionIdHash, this.clock.now()];
    const [claimed] = await this.database.write((manager) =>
      manager.query<{ expires_at: number | string }[]>(CLAIM, parameters),
    );
    return claimed ? { idHash, expiresAt: Number(claimed.expires_at) } : null;
  }

  find({ idHash }: Submission): Promise<SubmissionEntity | null> {
    return this.rows.findOneBy({ idHash, expiresAt: MoreThan(this.clock.now()) });
  }

  /** @param outcome sealed. */
  async complete({ idHash, expiresAt }: Claim, outcome: string): Promise<void> {
    const change = { outcome, expiresAt: this.clock.now() + REMEMBERED_FOR };
    await this.database.write((manager) =>
      manager.update(SubmissionEntity, { idHash, expiresAt, outcome: IsNull() }, change),
    );
  }

  /** Nothing came of it: the next request under this key is the first again. */
  async release({ idHash, expiresAt }: Claim): Promise<void> {
    await this.database.write((manager) =>
      manager.delete(SubmissionEntity, { idHash, expiresAt, outcome: IsNull() }),
    );
  }

  /**
   * One more session was started because the answer was lost.
   * @param former the outcome, sealed, that this one takes the place of.
   * @returns false when another request was first.
   */
  async replaceOutcome({ idHash }: Submission, former: string, outcome: string): Promise<boolean> {
    const repeats = () => 'repeats + 1';
    const { affected } = await this.database.write((manager) =>
      manager.update(SubmissionEntity, { idHash, outcome: former }, { outcome, repeats }),
    );
    return affected === 1;
  }

  /** Deletes what is remembered no longer. @returns how many, at most `limit`. */
  async purge(limit: number): Promise<number> {
    const where = { expiresAt: LessThanOrEqual(this.clock.now()) };
    const expired = await this.rows.find({ select: { idHash: true }, where, take: limit });
    if (expired.length === 0) return 0;
    const idHash = In(expired.map((row) => row.idHash));
    // One that was claimed anew since then stays.
    await this.database.write((manager) => manager.delete(SubmissionEntity, { idHash, ...where }));
    return expired.length;
  }
}
