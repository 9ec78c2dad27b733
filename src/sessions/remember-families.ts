import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, In, IsNull, LessThan, MoreThan, Not, type Repository } from 'typeorm';
import { Clock } from '../config/clock';
import { Settings } from '../config/settings';
import { touchesNoCopies } from '../database/changes/changes';
import { Database } from '../database/database';
import { RememberFamily } from './remember-family.entity';
import type { EndReason } from './session-engine';
import type { SessionOwner } from './session-owner';

/** Tabs that a browser restores together send the same token; after this long it can only be a copy. */
const GRACE_MS = 30_000;

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

/** What a token turned out to be. With `renewed` the device must keep the new token. */
export type TokenUse =
  | { kind: 'renewed'; owner: SessionOwner; token: RememberToken; expiresAt: number }
  | { kind: 'parallel'; owner: SessionOwner }
  | { kind: 'stolen'; userId: number }
  | { kind: 'ended'; reason: EndReason }
  | { kind: 'unknown' };

const ALIVE = { endedAt: IsNull() };

/**
 * Devices that stay logged in. Each use of a token replaces it; one that is used again later is a copy, and nobody can
 * tell whether its holder or the other one is the thief: the device's family of tokens ends for both.
 */
@Injectable()
export class RememberFamilies {
  constructor(
    @InjectRepository(RememberFamily) private readonly families: Repository<RememberFamily>,
    private readonly database: Database,
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
    await this.database.write((manager) => manager.insert(RememberFamily, row), touchesNoCopies);
    return { token, expiresAt };
  }

  async use(token: RememberToken): Promise<TokenUse> {
    const family = await this.alive(token.selector);
    if (!family) return this.useOfEnded(token);
    const renewed = hashOf(token.validator) === family.validatorHash ? await this.renew(family) : null;
    return renewed ?? this.useAgain(token);
  }

  /** @returns null when another request has renewed it, or ended the family, in the meantime. */
  private async renew(family: RememberFamily): Promise<TokenUse | null> {
    const { selector, validatorHash, expiresAt } = family;
    const validator = newValidator();
    const { affected } = await this.database.write(
      (manager) =>
        manager.update(
          RememberFamily,
          { selector, validatorHash, ...ALIVE },
          {
            validatorHash: hashOf(validator),
            previousValidatorHash: validatorHash,
            rotatedAt: this.clock.now(),
          },
        ),
      touchesNoCopies,
    );
    if (affected !== 1) return null;
    return { kind: 'renewed', owner: ownerOf(family), token: { selector, validator }, expiresAt };
  }

  /** Another token for a device that never received its own. @returns null when it is remembered no longer. */
  async renewLost(selector: string): Promise<RememberedDevice | null> {
    const family = await this.alive(selector);
    const use = family && (await this.renew(family));
    return use?.kind === 'renewed' ? use : null;
  }

  private async useAgain({ selector, validator }: RememberToken): Promise<TokenUse> {
    const family = await this.alive(selector);
    if (!family) return { kind: 'unknown' };
    const { previousValidatorHash, rotatedAt } = family;
    const isPrevious = hashOf(validator) === previousValidatorHash;
    const isParallel = isPrevious && this.clock.isWithinLast(GRACE_MS, rotatedAt);
    return isParallel
      ? { kind: 'parallel', owner: ownerOf(family) }
      : { kind: 'stolen', userId: family.userId };
  }

  /** The device itself, back after its family was ended, is told why; of a theft also the one with the older token. */
  private async useOfEnded({ selector, validator }: RememberToken): Promise<TokenUse> {
    const family = await this.families.findOneBy({ selector });
    const reason = family?.endReason;
    const isTold = reason === 'theft' || hashOf(validator) === family?.validatorHash;
    return reason && isTold ? { kind: 'ended', reason } : { kind: 'unknown' };
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

  async end(selector: string, reason: EndReason): Promise<void> {
    await this.endWhere({ selector }, reason);
  }

  async endAllOf(userId: number, reason: EndReason, exceptSelector?: string): Promise<void> {
    const others = exceptSelector === undefined ? {} : { selector: Not(exceptSelector) };
    await this.endWhere({ userId, ...others }, reason);
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
    await this.database.write(
      (manager) => manager.update(RememberFamily, { ...where, ...ALIVE }, change),
      touchesNoCopies,
    );
  }
}

const ownerOf = ({ userId: id, securityVersion }: RememberFamily): SessionOwner => ({ id, securityVersion });

const newValidator = (): string => randomBytes(32).toString('base64url');

const hashOf = (validator: string): string => createHash('sha256').update(validator).digest('base64url');
