import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  type FindOptionsWhere,
  In,
  IsNull,
  LessThan,
  LessThanOrEqual,
  MoreThan,
  Not,
  type Repository,
} from 'typeorm';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { Database } from '../database/database';
import { RememberFamily } from './remember-family.entity';
import type { EndReason } from './session-engine';
import type { SessionOwner } from './session-owner';
import { Signer } from './signer';

/**
 * Tabs that a browser restores together send the same token, some of them when the newer one of another tab has come
 * back already: Chromium attaches cookies before a request waits for one of its six connections.
 */
const GRACE_MS = 30_000;
/**
 * How often the token before one that has not come back is taken for a lost answer. Without a bound, a copy of which
 * one request is made at a time would live for ever beside its original.
 */
const MOST_REISSUES = 10;
const PURPOSE = 'successor of a remember token';

/** What a device holds: the selector finds its row, the validator proves that it is the device. */
export interface RememberToken {
  selector: string;
  validator: string;
}

/** A device that is remembered until then (milliseconds since 1970). */
export interface RememberedDevice {
  token: RememberToken;
  expiresAt: number;
}

/** A token that was sent to a device, which may not have received it. Opens nothing: it names the token by its hash. */
export interface AwaitedToken {
  hash: string;
  salt: string | null;
  expiresAt: number;
  /** Whether it was sent by the answer that brought its session's ID: the device receives both or neither. */
  cameWithSession?: boolean;
}

/** What a token turned out to be. With `renewed` the device must keep the new token; with both it is awaited. */
export type TokenUse =
  | { kind: 'renewed'; owner: SessionOwner; token: RememberToken; expiresAt: number; awaited: AwaitedToken }
  | { kind: 'parallel'; owner: SessionOwner; awaited: AwaitedToken }
  | { kind: 'stolen'; userId: number }
  | { kind: 'lapsed' }
  | { kind: 'ended'; reason: EndReason }
  | { kind: 'unknown' };

const ALIVE = { endedAt: IsNull() };

/**
 * Devices that stay logged in. Each use of a token replaces it. The answer that brings the new one can be lost, so the
 * former stays good until the new one, or the session that came with it, has come back. One that is used after that is
 * a copy; which of its two holders is the thief cannot be told: the device's family of tokens ends for both. One that is
 * used too often after it was replaced has lapsed, whether its answers were lost or a copy is about.
 *
 * A token is made from the one before it, so that the device can be sent the same one again, on whichever instance,
 * although only hashes are stored: it takes the former token, our secret and the row to make it.
 */
@Injectable()
export class RememberFamilies {
  constructor(
    @InjectRepository(RememberFamily) private readonly families: Repository<RememberFamily>,
    private readonly database: Database,
    private readonly signer: Signer,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async create({ id: userId, securityVersion }: SessionOwner): Promise<RememberedDevice> {
    const token = { selector: randomBytes(16).toString('base64url'), validator: newValidator() };
    const now = this.clock.now();
    const expiresAt = now + this.settings.rememberFor;
    const { selector, validator } = token;
    const validatorHash = hashOf(validator);
    const row = { selector, userId, securityVersion, validatorHash, rotatedAt: now, expiresAt };
    await this.database.write((manager) => manager.insert(RememberFamily, row));
    return { token, expiresAt };
  }

  async use(token: RememberToken): Promise<TokenUse> {
    const family = await this.alive(token.selector);
    if (!family) return this.useOfEnded(token);
    const renewed = hashOf(token.validator) === family.validatorHash ? await this.renew(family, token) : null;
    return renewed ?? this.useAgain(token);
  }

  /**
   * @param token the device's own, or undefined where it never received one.
   * @returns null when another request has renewed it, or ended the family, in the meantime.
   */
  private async renew(family: RememberFamily, token?: RememberToken): Promise<TokenUse | null> {
    const { selector, validatorHash } = family;
    const salt = token ? randomBytes(16).toString('base64url') : null;
    const validator = token ? this.signer.sign(PURPOSE, textOf(token, salt)) : newValidator();
    const hash = hashOf(validator);
    const { affected } = await this.database.write((manager) =>
      manager.update(
        RememberFamily,
        { selector, validatorHash, ...ALIVE },
        {
          validatorHash: hash,
          previousValidatorHash: validatorHash,
          successorSalt: salt,
          reissues: 0,
          seenAt: null,
          rotatedAt: this.clock.now(),
        },
      ),
    );
    if (affected !== 1) return null;
    const { expiresAt } = family;
    const renewed = { selector, validator };
    return {
      kind: 'renewed',
      owner: ownerOf(family),
      token: renewed,
      expiresAt,
      awaited: { hash, salt, expiresAt, cameWithSession: true },
    };
  }

  /** Another token for a device that never received its own. @returns null when it is remembered no longer. */
  async renewLost(selector: string): Promise<RememberedDevice | null> {
    const family = await this.alive(selector);
    const use = family && (await this.renew(family));
    return use?.kind === 'renewed' ? use : null;
  }

  private async useAgain(token: RememberToken): Promise<TokenUse> {
    const family = await this.alive(token.selector);
    if (!family) return { kind: 'unknown' };
    const isPrevious = hashOf(token.validator) === family.previousValidatorHash;
    const isRecent = this.clock.isWithinLast(GRACE_MS, family.rotatedAt);
    if (!isPrevious || (family.seenAt !== null && !isRecent))
      return { kind: 'stolen', userId: family.userId };
    const awaited = awaitedOf(family);
    const owner = ownerOf(family);
    // In the first moments the newer one is on its way to another tab.
    if (isRecent) return { kind: 'parallel', owner, awaited };
    if (family.reissues >= MOST_REISSUES) return { kind: 'lapsed' };
    if (!(await this.countReissue(family))) return this.useAgain(token);
    const successor = this.successorOf(token, awaited);
    if (!successor) return { kind: 'parallel', owner, awaited };
    const { expiresAt } = family;
    return {
      kind: 'renewed',
      owner,
      token: successor,
      expiresAt,
      awaited: { ...awaited, cameWithSession: true },
    };
  }

  /** @returns false when other requests have used up the last, or renewed the token, in the meantime. */
  private async countReissue({ selector, validatorHash }: RememberFamily): Promise<boolean> {
    const isLeft = { selector, validatorHash, ...ALIVE, reissues: LessThan(MOST_REISSUES) };
    const { affected } = await this.database.write((manager) =>
      manager.update(RememberFamily, isLeft, { reissues: () => 'reissues + 1' }),
    );
    return affected === 1;
  }

  /** The token that took the place of this one, if that is the one that is awaited; of older ones it cannot be made. */
  successorOf(token: RememberToken, { hash, salt }: AwaitedToken): RememberToken | null {
    const candidates = salt === null ? [] : this.signer.signatures(PURPOSE, textOf(token, salt));
    const validator = candidates.find((candidate) => hashOf(candidate) === hash);
    return validator === undefined ? null : { selector: token.selector, validator };
  }

  isAwaited({ validator }: RememberToken, { hash }: AwaitedToken): boolean {
    return hashOf(validator) === hash;
  }

  /** The device has the token that it was given: the one before it is good no longer. */
  async noteSeen(selector: string, { hash }: AwaitedToken): Promise<void> {
    await this.database.write((manager) =>
      manager.update(
        RememberFamily,
        { selector, validatorHash: hash, seenAt: IsNull() },
        { seenAt: this.clock.now() },
      ),
    );
  }

  /** The device itself, back after its family was ended, is told why; of a theft also the one with the older token. */
  private async useOfEnded({ selector, validator }: RememberToken): Promise<TokenUse> {
    const hash = hashOf(validator);
    const family = await this.families.findOneBy({ selector });
    if (!family?.endReason) return { kind: 'unknown' };
    const { endReason, validatorHash, previousValidatorHash, seenAt } = family;
    const isLatest = hash === validatorHash || (hash === previousValidatorHash && seenAt === null);
    return endReason === 'theft' || isLatest ? { kind: 'ended', reason: endReason } : { kind: 'unknown' };
  }

  /** The devices of a user beyond those `kept` that were used last. */
  async oldestOf(userId: number, kept: number): Promise<string[]> {
    const families = await this.families.find({
      select: { selector: true },
      where: { userId, ...ALIVE },
      order: { rotatedAt: 'DESC' },
      skip: kept,
      take: 100,
    });
    return families.map(({ selector }) => selector);
  }

  async isAlive(selector: string): Promise<boolean> {
    return (await this.alive(selector)) !== null;
  }

  /** @param upToVersion ends it only if it was begun under this security version of its user, or a lower one. */
  async end(selector: string, reason: EndReason, upToVersion?: number): Promise<void> {
    await this.endWhere({ selector, ...begunBy(upToVersion) }, reason);
  }

  /** @param upToVersion as above. */
  async endAllOf(
    userId: number,
    reason: EndReason,
    exceptSelector?: string,
    upToVersion?: number,
  ): Promise<void> {
    const others = exceptSelector === undefined ? {} : { selector: Not(exceptSelector) };
    await this.endWhere({ userId, ...others, ...begunBy(upToVersion) }, reason);
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.database.write((manager) => manager.delete(RememberFamily, { userId }));
  }

  /** Deletes rows of devices whose time is over. @returns how many, at most `limit`. */
  async purge(limit: number): Promise<number> {
    const hasExpired = { expiresAt: LessThan(this.clock.now()) };
    const expired = await this.families.find({ select: { selector: true }, where: hasExpired, take: limit });
    if (expired.length === 0) return 0;
    const selectors = expired.map(({ selector }) => selector);
    await this.database.write((manager) => manager.delete(RememberFamily, { selector: In(selectors) }));
    return expired.length;
  }

  private alive(selector: string): Promise<RememberFamily | null> {
    return this.families.findOneBy({ selector, ...ALIVE, expiresAt: MoreThan(this.clock.now()) });
  }

  private async endWhere(where: FindOptionsWhere<RememberFamily>, reason: EndReason): Promise<void> {
    const change = { endedAt: this.clock.now(), endReason: reason };
    await this.database.write((manager) => manager.update(RememberFamily, { ...where, ...ALIVE }, change));
  }
}

const begunBy = (upToVersion: number | undefined): FindOptionsWhere<RememberFamily> =>
  upToVersion === undefined ? {} : { securityVersion: LessThanOrEqual(upToVersion) };

const ownerOf = ({ userId: id, securityVersion }: RememberFamily): SessionOwner => ({ id, securityVersion });

const awaitedOf = ({
  validatorHash: hash,
  successorSalt: salt,
  expiresAt,
}: RememberFamily): AwaitedToken => ({
  hash,
  salt,
  expiresAt,
});

const textOf = ({ selector, validator }: RememberToken, salt: string | null): string =>
  `${selector}.${validator} ${salt}`;

const newValidator = (): string => randomBytes(32).toString('base64url');

const hashOf = (validator: string): string => createHash('sha256').update(validator).digest('base64url');
