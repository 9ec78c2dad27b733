import type { CookieAttributes } from '../http/request-context';
import type { Settings } from '../options/settings';

/**
 * Both let an attacker who steals them impersonate the user: the session cookie and the remember-me cookie.
 */
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
