import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { responseTo } from '../http/response-to';
import { Settings } from '../options/settings';
import { cookieName, cookieOptions, DEVICE_COOKIE } from './cookie-options';
import { onlyCookie } from './sent-cookies';
import { SignedCookies } from './signed-cookies';
import type { SessionOwner } from './session-owner';
import { Signer } from './signer';

/** A year after the last log-in; browsers keep no cookie for more than 400 days. */
const KEPT_FOR = 365 * 86_400_000;
/** Who logged in last comes first; beyond it the oldest is forgotten. */
const USERS_KEPT = 10;
/** A mark says first which user, then of which security version. They need not be long: the whole cookie is signed. */
const HALF_OF_MARK = 8;

/** What the cookie says: a random ID, and marks that only we can tie to a user. */
interface Device {
  id: string;
  users: string[];
}

/**
 * Devices on which users have logged in before, told by a signed cookie that outlives the log-out. It lets nobody in;
 * guesses made elsewhere do not lock such a device out.
 */
@Injectable()
export class KnownDevices {
  private readonly name: string;

  constructor(
    private readonly cookies: SignedCookies,
    private readonly signer: Signer,
    private readonly settings: Settings,
  ) {
    this.name = cookieName(settings, DEVICE_COOKIE);
  }

  /** @returns the device's ID, or null when this user has not logged in on it, too long ago, or with another password. */
  idFor(request: Request, owner: SessionOwner): string | null {
    const device = this.read(request);
    return device?.users.includes(this.markOf(device.id, owner)) ? device.id : null;
  }

  /** Whether this user has never logged in on it, or too long ago; with which password makes no difference. */
  isNewTo(request: Request, userId: number): boolean {
    const device = this.read(request);
    return !device?.users.some((mark) => mark.startsWith(this.userOf(device.id, userId)));
  }

  /** Whether anyone has logged in on this device. */
  isKnown(request: Request): boolean {
    return this.read(request) !== undefined;
  }

  /**
   * Remembers that this user has logged in here, or set their password. It holds for this security version: of cookies that
   * were copied before the password was changed, none helps to guess the next.
   */
  remember(request: Request, owner: SessionOwner): void {
    const { id, users } = this.read(request) ?? { id: randomBytes(16).toString('base64url'), users: [] };
    const others = users.filter((mark) => !mark.startsWith(this.userOf(id, owner.id)));
    const kept = [this.markOf(id, owner), ...others].slice(0, USERS_KEPT);
    const value = this.cookies.seal(this.name, { id, users: kept } satisfies Device);
    responseTo(request).cookie(this.name, value, { ...cookieOptions(this.settings), maxAge: KEPT_FOR });
  }

  private read(request: Request): Device | undefined {
    return this.cookies.open(this.name, onlyCookie(request, this.name), KEPT_FOR) as Device | undefined;
  }

  private markOf(id: string, { id: userId, securityVersion }: SessionOwner): string {
    const version = this.signer.sign('version of a user of a device', `${id} ${userId} ${securityVersion}`);
    return this.userOf(id, userId) + version.slice(0, HALF_OF_MARK);
  }

  private userOf(id: string, userId: number): string {
    return this.signer.sign('user of a device', `${id} ${userId}`).slice(0, HALF_OF_MARK);
  }
}
