import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import type { RequestContext } from '../http/request-context';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { clearCookie, cookieName, onlyCookie, REMEMBER_COOKIE, setCookie } from './cookies';
import type { RememberToken } from './remember-families';
import { Signer } from './signer';

declare module '../http/request-context' {
  interface RequestFields {
    /** Whether the remember-me token of this request is valid. Undefined until it has been looked up. */
    isRemembered?: boolean;
  }
}

const PURPOSE = 'remember token';

/**
 * The remember-me cookie: selector, validator and signature. The signature tells a token that the server
 * issued, however old, from a guess: a guess must not end a user's family.
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
    // As with the session cookie: a token issued with the `__Host-` prefix is invalid under a name that an
    // attacker can plant.
    this.purpose = settings.https ? `${PURPOSE} ${this.name}` : PURPOSE;
  }

  /**
   * Over HTTPS it also accepts a cookie issued over plain HTTP, unless one with the current name is present.
   */
  read(request: RequestContext): RememberToken | null {
    const { [this.name]: text } = parseCookie(request.headers.cookie ?? '');
    return text === undefined ? this.readFormer(request) : this.open(text, this.purpose);
  }

  /**
   * Whether the cookie was sent. Under the current name it may be unreadable; under the old name only a
   * readable one counts.
   */
  isSent(request: RequestContext): boolean {
    return this.name in parseCookie(request.headers.cookie ?? '') || this.readFormer(request) !== null;
  }

  /**
   * Whether this request comes from a remembered device. A token not yet looked up counts if its signature is
   * valid, because a forged log-out would still forget the device.
   */
  isGood(request: RequestContext): boolean {
    return request.isRemembered ?? this.read(request) !== null;
  }

  write(request: RequestContext, { selector, validator }: RememberToken, expiresAt: number): void {
    // Over plain HTTP the browser drops a Secure cookie, but an eavesdropper would get it (ASVS 5.0: 3.3.1).
    if (this.settings.https && !request.secure) return;
    const signed = `${selector}.${validator}`;
    const maxAge = Math.ceil((expiresAt - this.clock.now()) / 1000) * 1000; // Max-Age counts whole seconds
    const value = `${signed}.${this.signer.sign(this.purpose, signed)}`;
    setCookie(request, this.settings, this.name, value, maxAge);
    this.clearFormer(request);
  }

  /** Clears the cookie in a browser that sent one, readable or not. */
  clear(request: RequestContext): void {
    if (this.isSent(request)) clearCookie(request, this.settings, this.name);
    this.clearFormer(request);
  }

  private readFormer(request: RequestContext): RememberToken | null {
    const text = this.settings.https ? onlyCookie(request, REMEMBER_COOKIE) : undefined;
    return text === undefined ? null : this.open(text, PURPOSE);
  }

  private clearFormer(request: RequestContext): void {
    if (this.readFormer(request)) clearCookie(request, this.settings, REMEMBER_COOKIE);
  }

  private open(text: string, purpose: string): RememberToken | null {
    const [, signed, selector, validator, signature] =
      /^(([\w-]{22})\.([\w-]{43}))\.([\w-]{43})$/.exec(text) ?? [];
    if (!signed || !selector || !validator || !signature) return null;
    return this.signer.verify(purpose, signed, signature) ? { selector, validator } : null;
  }
}
