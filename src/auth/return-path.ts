import { localPath } from '../http/local-path';

/**
 * The local path to open after log-in or reauthentication, or null. Never log-out: another site could link to
 * the log-in page with `next` pointing there.
 */
export function returnPath(next: unknown): string | null {
  const path = localPath(next);
  return path === null || /^\/users\/log(in|out)\b/i.test(path) ? null : path;
}
