import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import type { Request } from 'express';
import { responseTo } from '../http/response-to';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { cookieName, cookieOptions, REMEMBER_COOKIE } from './cookie-options';
import type { RememberToken } from './remember-families';
import { onlyCookie } from './sent-cookies';
import { Signer } from './signer';

declare module 'express-serve-static-core' {
  interface Request {
    /** Whether the remember-me token of this request is good. Undefined while nothing has looked it up. */
    isRemembered?: boolean;
  }
}

const PURPOSE = 'remember token';

/**
 * The cookie of a remembered device: selector, validator and a signature. The signature tells a token that we have made,
 * if only long ago, from a guess: a guess must not end somebody's family.
 */
@Injectable()
export class RememberCookie {
  private readonly name: string;
  private readonly purpose: string;

  constructor(
    private readonly settings: Settings,
    private readonly signer: Signer,
    private readonly clock: Clock,
  ) {
    this.name = cookieName(settings, REMEMBER_COOKIE);
    // As with the session's: what was issued under the prefix is worth nothing under the name that anybody can plant.
    this.purpose = settings.https ? `${PURPOSE} ${this.name}` : PURPOSE;
  }

  /** Over HTTPS one that was issued over plain HTTP counts too, unless one of the name of today came. */
  read(request: Request): RememberToken | null {
    const { [this.name]: text } = parseCookie(request.headers.cookie ?? '');
    return text === undefined ? this.readFormer(request) : this.open(text, this.purpose);
  }

  /** Whether such a cookie came along: readable or not, but under the former name only a readable one is ours. */
  isSent(request: Request): boolean {
    return this.name in parseCookie(request.headers.cookie ?? '') || this.readFormer(request) !== null;
  }

  /**
   * Whether this request comes from a remembered device. A token that nothing has looked up counts by its signature,
   * since a forged log-out would still forget the device.
   */
  isGood(request: Request): boolean {
    return request.isRemembered ?? this.read(request) !== null;
  }

  write(request: Request, { selector, validator }: RememberToken, expiresAt: number): void {
    // A browser drops a Secure cookie that came over plain HTTP; whoever listens on the way would keep it (ASVS 5.0: 3.3.1).
    if (this.settings.https && !request.secure) return;
    const signed = `${selector}.${validator}`;
    const maxAge = Math.ceil((expiresAt - this.clock.now()) / 1000) * 1000; // Max-Age counts whole seconds
    const value = `${signed}.${this.signer.sign(this.purpose, signed)}`;
    responseTo(request).cookie(this.name, value, { ...cookieOptions(this.settings), maxAge });
    this.clearFormer(request);
  }

  /** Takes it away from a browser that has one, or an unreadable one. */
  clear(request: Request): void {
    if (this.isSent(request)) responseTo(request).clearCookie(this.name, cookieOptions(this.settings));
    this.clearFormer(request);
  }

  private readFormer(request: Request): RememberToken | null {
    const text = this.settings.https ? onlyCookie(request, REMEMBER_COOKIE) : undefined;
    return text === undefined ? null : this.open(text, PURPOSE);
  }

  private clearFormer(request: Request): void {
    if (!this.readFormer(request)) return;
    responseTo(request).clearCookie(REMEMBER_COOKIE, cookieOptions(this.settings));
  }

  private open(text: string, purpose: string): RememberToken | null {
    const [, signed, selector, validator, signature] =
      /^(([\w-]{22})\.([\w-]{43}))\.([\w-]{43})$/.exec(text) ?? [];
    if (!signed || !selector || !validator || !signature) return null;
    return this.signer.verify(purpose, signed, signature) ? { selector, validator } : null;
  }
}
