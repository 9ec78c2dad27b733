import { parseCookie } from 'cookie';
import { type CookieAttributes, type RequestContext, responseTo } from '../http/request-context';
import type { Settings } from '../options/settings';

declare module '../http/request-context' {
  interface RequestFields {
    /** Whether the client sends its session ID as `Authorization: Bearer`: its cookies do not count, and it gets none. */
    isBearer?: boolean;
  }
}

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
  return { httpOnly: true, sameSite: settings.sameSite, secure: settings.https, path: '/' };
}

/** @param maxAge in milliseconds; without it, the cookie ends with the browser. */
export function setCookie(
  request: RequestContext,
  settings: Settings,
  name: string,
  value: string,
  maxAge?: number,
): void {
  if (request.isBearer) return;
  const attributes = { ...cookieOptions(settings), ...(maxAge !== undefined && { maxAge }) };
  responseTo(request).cookie(name, value, attributes);
}

export function clearCookie(request: RequestContext, settings: Settings, name: string): void {
  if (!request.isBearer) responseTo(request).clearCookie(name, cookieOptions(settings));
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
