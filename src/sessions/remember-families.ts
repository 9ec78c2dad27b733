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
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { Database } from '../database/database';
import { RememberFamily } from './remember-family.entity';
import type { EndReason, SessionOwner } from './session-engine';
import { Signer } from './signer';

/**
 * Tabs that a browser restores together send the same token, some of them after another tab has already used
 * the new one: Chromium attaches cookies before a request waits for one of its six connections.
 */
const GRACE_MS = 30_000;
/**
 * How often the previous token is accepted because the response with the new one may be lost. Without a
 * limit, an attacker with a stolen token could use it forever beside the device.
 */
const MOST_REISSUES = 10;
const PURPOSE = 'successor of a remember token';

/** What a device holds: the selector finds the row, the validator authenticates the device. */
export interface RememberToken {
  selector: string;
  validator: string;
}

/** A remembered device. `expiresAt` is in milliseconds since 1970. */
export interface RememberedDevice {
  token: RememberToken;
  expiresAt: number;
}

/**
 * A token that was sent to a device but has not come back yet. It contains the hash only, so it does not log
 * in.
 */
export interface PendingToken {
  hash: string;
  salt: string | null;
  expiresAt: number;
  /** Whether one response carried both the token and the session ID: the device receives both or neither. */
  cameWithSession?: boolean;
}

/**
 * The result of using a token. `renewed`: the device must store the new token. `awaited` is the token that
 * should come back.
 */
export type TokenUse =
  | { kind: 'renewed'; owner: SessionOwner; token: RememberToken; expiresAt: number; awaited: PendingToken }
  | { kind: 'parallel'; owner: SessionOwner; awaited: PendingToken }
  | { kind: 'stolen'; userId: number }
  | { kind: 'lapsed' }
  | { kind: 'ended'; reason: EndReason }
  | { kind: 'unknown' };

const ALIVE = { endedAt: IsNull() };

/**
 * Devices that stay logged in. Each use of a token replaces it. The response with the new token can get lost,
 * so the previous one stays valid until the new token, or the session sent with it, comes back. A previous
 * token used after that has been stolen. Device and thief look the same, so the family ends for both. A
 * previous token that is used too often lapses, whether responses were lost or an attacker holds it.
 *
 * A token is derived from the previous token, the server's secret and the row. So every instance can send the
 * same token again, although the database stores hashes only.
 */
@Injectable()
export class RememberFamilies {
  constructor(
    @InjectRepository(RememberFamily, LATCHKEY_DATA_SOURCE)
    private readonly families: Repository<RememberFamily>,
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
   * @param token the device's own, or undefined if it never received one.
   * @returns null if another request has renewed it or ended the family meanwhile.
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

  /**
   * A new token for a device that never received its own. @returns null if the device is no longer
   * remembered.
   */
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
    // The new token may still be on its way to another tab.
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

  /** @returns false if other requests have used up the limit or renewed the token meanwhile. */
  private async countReissue({ selector, validatorHash }: RememberFamily): Promise<boolean> {
    const isLeft = { selector, validatorHash, ...ALIVE, reissues: LessThan(MOST_REISSUES) };
    const { affected } = await this.database.write((manager) =>
      manager.update(RememberFamily, isLeft, { reissues: () => 'reissues + 1' }),
    );
    return affected === 1;
  }

  /**
   * The successor of this token if it is the awaited one; the successor of an older token cannot be derived.
   */
  successorOf(token: RememberToken, { hash, salt }: PendingToken): RememberToken | null {
    const candidates = salt === null ? [] : this.signer.signatures(PURPOSE, textOf(token, salt));
    const validator = candidates.find((candidate) => hashOf(candidate) === hash);
    return validator === undefined ? null : { selector: token.selector, validator };
  }

  isAwaited({ validator }: RememberToken, { hash }: PendingToken): boolean {
    return hashOf(validator) === hash;
  }

  /** The device has received its token: the previous one is no longer valid. */
  async confirmReceived(selector: string, { hash }: PendingToken): Promise<void> {
    await this.database.write((manager) =>
      manager.update(
        RememberFamily,
        { selector, validatorHash: hash, seenAt: IsNull() },
        { seenAt: this.clock.now() },
      ),
    );
  }

  /** The reason goes only to the device with the latest token, or after a theft to any former holder. */
  private async useOfEnded({ selector, validator }: RememberToken): Promise<TokenUse> {
    const hash = hashOf(validator);
    const family = await this.families.findOneBy({ selector });
    if (!family?.endReason) return { kind: 'unknown' };
    const { endReason, validatorHash, previousValidatorHash, seenAt } = family;
    const isLatest = hash === validatorHash || (hash === previousValidatorHash && seenAt === null);
    return endReason === 'theft' || isLatest ? { kind: 'ended', reason: endReason } : { kind: 'unknown' };
  }

  /** The user's remembered devices except the `kept` most recently used ones. */
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

  /** @param upToVersion end it only if it started under this security version of its user or a lower one. */
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

  /** Deletes up to `limit` expired rows. @returns how many. */
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
}: RememberFamily): PendingToken => ({
  hash,
  salt,
  expiresAt,
});

const textOf = ({ selector, validator }: RememberToken, salt: string | null): string =>
  `${selector}.${validator} ${salt}`;

const newValidator = (): string => randomBytes(32).toString('base64url');

const hashOf = (validator: string): string => createHash('sha256').update(validator).digest('base64url');
