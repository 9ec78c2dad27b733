import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, IsNull, LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { Clock } from '../../options/clock';
import { Database } from '../../database/database';
import { TokenEntity } from './token.entity';

/** What a token may do. */
export type TokenPurpose = 'email-confirmation' | 'password-reset';

/** Whose it is, and what it is about. */
export interface Grant {
  userId: number;
  /** The user's at this moment: whoever accepts the token can tell that they have been secured since. */
  securityVersion: number;
  payload: Record<string, string>;
}

/**
 * Tokens that are mailed: 256 random bits, kept as SHA-256 alone (ASVS 5.0: 7.2.3, 6.6.2), good for one use and a limited
 * time. Of each user and purpose the newest is the only one.
 */
@Injectable()
export class Tokens {
  constructor(
    @InjectRepository(TokenEntity) private readonly rows: Repository<TokenEntity>,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Replaces the one that this user may have had for this purpose.
   * @param lifetime in milliseconds.
   * @returns 43 characters of base64url, which nothing else knows.
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

  /** Looks, and uses nothing up. @returns null for a token that is unknown, used, replaced or too old. */
  async find(purpose: TokenPurpose, token: string): Promise<Grant | null> {
    const row = await this.rows.findOneBy(this.live(purpose, token));
    if (!row) return null;
    const { userId, securityVersion, payload } = row;
    return { userId, securityVersion, payload: JSON.parse(payload) as Grant['payload'] };
  }

  /**
   * Uses a token up, in one statement: of any number of uses at once, on however many instances, one succeeds.
   * @param manager of the transaction that holds what the token is for.
   */
  async consume(purpose: TokenPurpose, token: string, manager: EntityManager): Promise<boolean> {
    const usedAt = this.clock.now();
    const { affected } = await manager.update(TokenEntity, this.live(purpose, token), { usedAt });
    return affected === 1;
  }

  /** Ends what this user was mailed for a purpose, whether or not there is any. */
  async revoke(purpose: TokenPurpose, userId: number, manager: EntityManager): Promise<void> {
    await manager.delete(TokenEntity, { purpose, userId });
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.database.write((manager) => manager.delete(TokenEntity, { userId }));
  }

  /** Deletes tokens whose time is over. @returns how many, at most `limit`. */
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
