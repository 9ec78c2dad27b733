import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import type { Request } from 'express';
import { responseTo } from '../common/response-to';
import { Clock } from '../config/clock';
import { Settings } from '../config/settings';
import { cookieName, cookieOptions, REMEMBER_COOKIE } from './cookie-options';
import type { RememberToken } from './remember-families';
import { Signer } from './signer';

const PURPOSE = 'remember token';

/**
 * The cookie of a remembered device: selector, validator and a signature. The signature tells a token that we have made,
 * if only long ago, from a guess: a guess must not end somebody's family.
 */
@Injectable()
export class RememberCookie {
  private readonly name: string;

  constructor(
    private readonly settings: Settings,
    private readonly signer: Signer,
    private readonly clock: Clock,
  ) {
    this.name = cookieName(settings, REMEMBER_COOKIE);
  }

  read(request: Request): RememberToken | null {
    const text = parseCookie(request.headers.cookie ?? '')[this.name] ?? '';
    const [, signed, selector, validator, signature] =
      /^(([\w-]{22})\.([\w-]{43}))\.([\w-]{43})$/.exec(text) ?? [];
    if (!signed || !selector || !validator || !signature) return null;
    return this.signer.verify(PURPOSE, signed, signature) ? { selector, validator } : null;
  }

  /** Whether such a cookie came along, readable or not. */
  isSent(request: Request): boolean {
    return this.name in parseCookie(request.headers.cookie ?? '');
  }

  write(request: Request, { selector, validator }: RememberToken, expiresAt: number): void {
    const signed = `${selector}.${validator}`;
    const maxAge = Math.ceil((expiresAt - this.clock.now()) / 1000) * 1000; // Max-Age counts whole seconds
    const value = `${signed}.${this.signer.sign(PURPOSE, signed)}`;
    responseTo(request).cookie(this.name, value, { ...cookieOptions(this.settings), maxAge });
  }

  clear(request: Request): void {
    responseTo(request).clearCookie(this.name, cookieOptions(this.settings));
  }
}
