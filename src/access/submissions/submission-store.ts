import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { Clock } from '../../options/clock';
import { RecurringJobs } from '../../options/recurring-jobs';
import { Database } from '../../database/database';
import { purgeInBatches } from '../../database/purge-in-batches';
import { SubmissionEntity } from './submission.entity';

/** A request that takes effect once, even if it arrives several times. */
export interface Submission {
  /** Primary key of its row. */
  readonly idHash: string;
  /** HMAC of the key, method, URL and fields. */
  readonly digest: string;
  /** Hash of the correctly signed session ID in the request, whether or not the session is live. */
  readonly sessionIdHash: string | null;
  /** Encryption key of the outcome. Deriving it takes both the submission's key and the server's secret. */
  readonly seal: string;
}

/** How long a repeated request gets the stored outcome, in ms. */
const OUTCOME_TTL_MS = 10_000;
/** How long a claim blocks its key if the process dies before it answers, in ms. */
const CLAIM_TIMEOUT_MS = 60_000;
/** A response can be lost more than once, but one key must not yield sessions without limit. */
export const MOST_REPEATS = 3;

/**
 * One atomic statement on SQLite and PostgreSQL: exactly one of several requests gets the row, across
 * instances. An expiry further ahead than we set means that a clock was set back.
 */
const CLAIM = `WITH asked AS (SELECT CAST($1 AS varchar(43)) AS id_hash, CAST($2 AS varchar(43)) AS digest,
    CAST($3 AS varchar(43)) AS session_id_hash, CAST($4 AS bigint) AS moment)
  INSERT INTO submissions AS kept (id_hash, digest, session_id_hash, outcome, repeats, expires_at)
  SELECT id_hash, digest, session_id_hash, NULL, 0, moment + ${CLAIM_TIMEOUT_MS} FROM asked WHERE true
  ON CONFLICT (id_hash) DO UPDATE SET digest = excluded.digest, session_id_hash = excluded.session_id_hash,
    outcome = NULL, repeats = 0, expires_at = excluded.expires_at
  WHERE kept.expires_at <= excluded.expires_at - ${CLAIM_TIMEOUT_MS} OR kept.expires_at > excluded.expires_at + ${CLAIM_TIMEOUT_MS}
  RETURNING expires_at`;

/** Entitles one request to process its submission. `expiresAt` tells it from later claims of the same key. */
export interface Claim {
  readonly idHash: string;
  readonly expiresAt: number;
}

/** Submissions in progress and their outcomes, shared by all instances through SQL. */
@Injectable()
export class SubmissionStore {
  constructor(
    @InjectRepository(SubmissionEntity, LATCHKEY_DATA_SOURCE)
    private readonly rows: Repository<SubmissionEntity>,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @returns null if another request holds the claim. */
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
    const change = { outcome, expiresAt: this.clock.now() + OUTCOME_TTL_MS };
    await this.database.write((manager) =>
      manager.update(SubmissionEntity, { idHash, expiresAt, outcome: IsNull() }, change),
    );
  }

  /** Drops a claim that had no effect, so that the next request with this key is processed. */
  async release({ idHash, expiresAt }: Claim): Promise<void> {
    await this.database.write((manager) =>
      manager.delete(SubmissionEntity, { idHash, expiresAt, outcome: IsNull() }),
    );
  }

  /**
   * Records that a repeat started one more session because the response was lost.
   * @param former the sealed outcome to replace.
   * @returns false if another request replaced it first.
   */
  async replaceOutcome({ idHash }: Submission, former: string, outcome: string): Promise<boolean> {
    const repeats = () => 'repeats + 1';
    const { affected } = await this.database.write((manager) =>
      manager.update(SubmissionEntity, { idHash, outcome: former }, { outcome, repeats }),
    );
    return affected === 1;
  }

  /** Deletes up to `limit` expired rows. @returns how many it found. */
  async purge(limit: number): Promise<number> {
    const where = { expiresAt: LessThanOrEqual(this.clock.now()) };
    const expired = await this.rows.find({ select: { idHash: true }, where, take: limit });
    if (expired.length === 0) return 0;
    const idHash = In(expired.map((row) => row.idHash));
    // Check the expiry again: a request may have claimed the key meanwhile.
    await this.database.write((manager) => manager.delete(SubmissionEntity, { idHash, ...where }));
    return expired.length;
  }
}

/** Deletes expired submissions in small batches. */
@Injectable()
export class ExpiredSubmissions {
  private readonly logger = new Logger(ExpiredSubmissions.name);

  constructor(
    private readonly submissions: SubmissionStore,
    jobs: RecurringJobs,
  ) {
    jobs.every(60_000, () => this.purge());
  }

  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'submissions', (limit) => this.submissions.purge(limit));
  }
}
