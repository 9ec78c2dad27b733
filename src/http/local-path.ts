const LENGTH_LIMIT = 1024;
const SOMEWHERE = 'http://local.invalid';
// Browsers drop tabs and newlines in an address and read a backslash as a slash, so `/<tab>/evil` and
// `/\evil` leave the site. No path needs other control or format characters or lone surrogates.
const UNSAFE_CHARACTERS = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]/u;

/**
 * @returns a path on this site that is safe to redirect to, or null.
 *
 * It rejects anything but a string that starts with a single slash, anything a browser would resolve to
 * another host, paths that normalise to `//host` (`/..//host`), and more than 1,024 characters (ASVS 5.0:
 * 3.7.2).
 */
export function localPath(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LENGTH_LIMIT) return null;
  if (!value.startsWith('/') || UNSAFE_CHARACTERS.test(value)) return null;
  if (!URL.canParse(value, SOMEWHERE)) return null;

  const url = new URL(value, SOMEWHERE);
  if (url.origin !== SOMEWHERE || url.pathname.startsWith('//')) return null;
  return url.pathname + url.search + url.hash;
}

/**
 * The local path to open after log-in or reauthentication, or null. Never log-out: another site could link to
 * the log-in page with `next` pointing there.
 * @param base in front of Latchkey's paths, as users see them.
 */
export function returnPath(next: unknown, base: string): string | null {
  const path = localPath(next);
  if (path === null) return null;
  const isOurs = path.toLowerCase().startsWith(`${base.toLowerCase()}/`);
  return isOurs && /^\/users\/log(in|out)\b/i.test(path.slice(base.length)) ? null : path;
}
