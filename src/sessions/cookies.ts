import { parseCookie } from 'cookie';
import { Injectable } from '@nestjs/common';
import { type CookieAttributes, type RequestContext, responseTo } from '../http/request-context';
import type { Settings } from '../options/settings';
import { Clock } from '../options/clock';
import { Signer } from './signer';

// A thief of the session cookie or the remember-me cookie can act as the user.
export const SESSION_COOKIE = 'sid';
export const REMEMBER_COOKIE = 'remember';
/** Marks a device on which a user has logged in. It outlives the log-out and does not log in. */
export const DEVICE_COOKIE = 'device';

/**
 * Over HTTPS the `__Host-` prefix makes the browser refuse a cookie of this name from another host or over
 * plain HTTP (RFC 6265bis, 4.1.3.2), so an attacker cannot plant one.
 */
export function cookieName(settings: Settings, name: string): string {
  return settings.https ? `__Host-${name}` : name;
}

/** The attributes of every cookie that scripts must not read. Clearing a cookie needs the same attributes. */
export function cookieOptions(settings: Settings): CookieAttributes {
  return { httpOnly: true, sameSite: 'lax', secure: settings.https, path: '/' };
}

/** The distinct values sent under a name. Like cookie parsers, it accepts `sid =x` as `sid`. */
export function differentCookies(request: RequestContext, name: string): string[] {
  const { cookie: header } = request.headers;
  if (!header?.includes(name)) return [];
  const texts = new Set<string>();
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && trimmed(pair.slice(0, equals)) === name) texts.add(trimmed(pair.slice(equals + 1)));
  }
  return [...texts];
}

/** The value under a name, or undefined if there is none or if several differ: one may be planted. */
export function onlyCookie(request: RequestContext, name: string): string | undefined {
  if (differentCookies(request, name).length !== 1) return undefined;
  return parseCookie(request.headers.cookie ?? '')[name];
}

/** Trims spaces and tabs only: `\u00a0sid` is another name. */
function trimmed(text: string): string {
  let begin = 0;
  let end = text.length;
  while (begin < end && isBlank(text[begin])) begin += 1;
  while (end > begin && isBlank(text[end - 1])) end -= 1;
  return text.slice(begin, end);
}

const isBlank = (character?: string): boolean => character === ' ' || character === '\t';

/** A cookie that holds a random token, the only credential for what it unlocks. */
export class TokenCookie {
  private readonly name: string;

  constructor(
    private readonly settings: Settings,
    name: string,
  ) {
    this.name = cookieName(settings, name);
  }

  /** @returns the token, or null if none was sent or its format is wrong. */
  read(request: RequestContext): string | null {
    const text = parseCookie(request.headers.cookie ?? '')[this.name] ?? '';
    return isToken(text) ? text : null;
  }

  /** Ignores a text that is not a token. @param maxAge in milliseconds. */
  write(request: RequestContext, token: string, maxAge: number): void {
    if (isToken(token))
      responseTo(request).cookie(this.name, token, { ...cookieOptions(this.settings), maxAge });
  }

  clear(request: RequestContext): void {
    responseTo(request).clearCookie(this.name, cookieOptions(this.settings));
  }
}

const isToken = (text: string): boolean => /^[\w-]{43}$/.test(text);

/**
 * Cookies that clients can read but not alter: base64url JSON, a dot, seconds since 1970, a dot, an HMAC over
 * both and the cookie's name. They are not encrypted, and a client can replay an old one until it expires.
 */
@Injectable()
export class SignedCookies {
  constructor(
    private readonly signer: Signer,
    private readonly clock: Clock,
  ) {}

  seal(name: string, value: unknown): string {
    const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${payload}.${Math.floor(this.clock.now() / 1000)}`;
    return `${signed}.${this.signer.sign(`cookie ${name}`, signed)}`;
  }

  /**
   * @returns the value, or undefined if it was altered, is older than `maxAge` milliseconds or from the
   * future.
   */
  open(name: string, text: string | undefined, maxAge: number): unknown {
    const [, signed, payload, seconds, signature] =
      /^(([\w-]+)\.(\d{1,12}))\.([\w-]{43})$/.exec(text ?? '') ?? [];
    if (!signed || !payload || !signature) return undefined;
    if (!this.signer.verify(`cookie ${name}`, signed, signature)) return undefined;
    if (!this.clock.isWithinLast(maxAge, Number(seconds) * 1000)) return undefined;

    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown;
  }
}
