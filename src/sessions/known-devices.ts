import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { Settings } from '../options/settings';
import { cookieName, DEVICE_COOKIE, onlyCookie, setCookie } from './cookies';
import { SignedCookies } from './signed-cookies';
import type { SessionOwner } from './session-engine';
import { Signer } from './signer';

/** In milliseconds since the last log-in. Browsers keep a cookie for at most 400 days. */
const KEPT_FOR = 365 * 86_400_000;
/** Most recent log-in first; the oldest is dropped. */
const USERS_KEPT = 10;
/** A mark is the user's half and the security version's half. Both may be short, because the whole cookie is signed. */
const HALF_OF_MARK = 8;

/** A random ID, and marks that only the server can link to users. */
interface Device {
  id: string;
  users: string[];
}

/**
 * Devices on which users have logged in before, recorded in a signed cookie that outlives the log-out. It
 * does not log in. It protects the device from a lockout caused by password guessing elsewhere.
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

  /**
   * @returns the device's ID, or null if this user has not logged in on it recently and with the current
   * password.
   */
  idFor(request: RequestContext, owner: SessionOwner): string | null {
    const device = this.read(request);
    return device?.users.includes(this.markOf(device.id, owner)) ? device.id : null;
  }

  /** Whether this user has not logged in on it within a year, with any password. */
  isNewTo(request: RequestContext, userId: number): boolean {
    const device = this.read(request);
    return !device?.users.some((mark) => mark.startsWith(this.userOf(device.id, userId)));
  }

  /** Whether any user has logged in on this device. */
  isKnown(request: RequestContext): boolean {
    return this.read(request) !== undefined;
  }

  /**
   * Records that this user has logged in here or set their password. Valid for this security version only: a
   * cookie stolen before a password change does not help to guess the new password.
   */
  remember(request: RequestContext, owner: SessionOwner): void {
    const { id, users } = this.read(request) ?? { id: randomBytes(16).toString('base64url'), users: [] };
    const others = users.filter((mark) => !mark.startsWith(this.userOf(id, owner.id)));
    const kept = [this.markOf(id, owner), ...others].slice(0, USERS_KEPT);
    const value = this.cookies.seal(this.name, { id, users: kept } satisfies Device);
    setCookie(request, this.settings, this.name, value, KEPT_FOR);
  }

  private read(request: RequestContext): Device | undefined {
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
