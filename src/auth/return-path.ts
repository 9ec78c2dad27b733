import { localPath } from '../http/local-path';

/**
 * Where to go after the password was given, or null; never to log-out, to which another site could point with a link to
 * the page that asks for it.
 */
export function returnPath(next: unknown): string | null {
  const path = localPath(next);
  return path === null || /^\/users\/log(in|out)\b/i.test(path) ? null : path;
}
