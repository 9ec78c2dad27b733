import type { CookieOptions } from 'express';
import type { Settings } from '../options/settings';

/** The cookie of the session, and that of a device that stays logged in: what somebody could be impersonated by. */
export const SESSION_COOKIE = 'sid';
export const REMEMBER_COOKIE = 'remember';
/** Marks a device that has logged in, beyond its log-out. Nobody is let in by it. */
export const DEVICE_COOKIE = 'device';

/**
 * Over HTTPS the `__Host-` prefix makes the browser refuse a cookie of this name from any other host or over plain
 * HTTP (RFC 6265bis, 4.1.3.2), so that nobody can plant one.
 */
export function cookieName(settings: Settings, name: string): string {
  return settings.https ? `__Host-${name}` : name;
}

/** The attributes of every cookie that scripts must not read; clearing one repeats them. */
export function cookieOptions(settings: Settings): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', secure: settings.https, path: '/' };
}
