import { createHash, randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { Clock } from '../../options/clock';
import { RecurringJobs } from '../../options/recurring-jobs';
import { Database } from '../../database/database';
import { managerOf, type Transaction } from '../../database/transaction';
import { purgeInBatches } from '../../database/purge-in-batches';
import { TokenEntity } from './token.entity';

export type TokenPurpose = 'email-confirmation' | 'password-reset';

/** What a token authorizes. */
export interface Grant {
  userId: number;
  /** The user's version at issue. It reveals to the consumer that the user has been secured since. */
  securityVersion: number;
  payload: Record<string, string>;
}

/**
 * Single-use, expiring tokens for mailed links: 256 random bits, stored only as SHA-256 (ASVS 5.0: 7.2.3,
 * 6.6.2). Each user has at most one per purpose.
 */
@Injectable()
export class Tokens {
  constructor(
    @InjectRepository(TokenEntity, LATCHKEY_DATA_SOURCE) private readonly rows: Repository<TokenEntity>,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Replaces the user's previous token for this purpose.
   * @param lifetime in milliseconds.
   * @returns 43 base64url characters, stored nowhere.
   */
  async issue(
    purpose: TokenPurpose,
    { userId, securityVersion, payload }: Grant,
    lifetime: number,
  ): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const row = {
      tokenHash: hashOf(token),
      purpose,
      userId,
      securityVersion,
      payload: JSON.stringify(payload),
      expiresAt: this.clock.now() + lifetime,
      usedAt: null,
    };
    await this.database.write((manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into(TokenEntity)
        .values(row)
        .orUpdate(
          ['token_hash', 'security_version', 'payload', 'expires_at', 'used_at'],
          ['user_id', 'purpose'],
        )
        .execute(),
    );
    return token;
  }

  /** Does not consume the token. @returns null if it is unknown, used, replaced or expired. */
  async find(purpose: TokenPurpose, token: string): Promise<Grant | null> {
    const row = await this.rows.findOneBy(this.live(purpose, token));
    if (!row) return null;
    const { userId, securityVersion, payload } = row;
    return { userId, securityVersion, payload: JSON.parse(payload) as Grant['payload'] };
  }

  /**
   * Consumes a token in one statement, so that exactly one of several concurrent uses succeeds, across
   * instances.
   * @param transaction that performs the token's purpose.
   * @returns false if the token is not valid.
   */
  async consume(purpose: TokenPurpose, token: string, transaction: Transaction): Promise<boolean> {
    const usedAt = this.clock.now();
    const { affected } = await managerOf(transaction).update(TokenEntity, this.live(purpose, token), {
      usedAt,
    });
    return affected === 1;
  }

  /** Revokes the user's outstanding token, if any. */
  async revoke(purpose: TokenPurpose, userId: number, transaction: Transaction): Promise<void> {
    await managerOf(transaction).delete(TokenEntity, { purpose, userId });
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.database.write((manager) => manager.delete(TokenEntity, { userId }));
  }

  /** Deletes up to `limit` expired tokens. @returns how many it deleted. */
  async purge(limit: number): Promise<number> {
    const where = { expiresAt: LessThanOrEqual(this.clock.now()) };
    const expired = await this.rows.find({ select: { tokenHash: true }, where, take: limit });
    if (expired.length === 0) return 0;
    const hashes = expired.map(({ tokenHash }) => tokenHash);
    await this.database.write((manager) => manager.delete(TokenEntity, { tokenHash: In(hashes) }));
    return expired.length;
  }

  private live(purpose: TokenPurpose, token: string) {
    return {
      tokenHash: hashOf(token),
      purpose,
      usedAt: IsNull(),
      expiresAt: MoreThan(this.clock.now()),
    };
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Deletes expired tokens in small batches. */
@Injectable()
export class ExpiredTokens {
  private readonly logger = new Logger(ExpiredTokens.name);

  constructor(
    private readonly tokens: Tokens,
    jobs: RecurringJobs,
  ) {
    jobs.every(10 * 60_000, () => this.purge());
  }

  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'tokens', (limit) => this.tokens.purge(limit));
  }
}
