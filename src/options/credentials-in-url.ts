/**
 * Characters that end a user name, password or host too early. Logs show the rest as a host or path, which
 * would reveal part of the password.
 */
const ENDS_TOO_EARLY = /#|%(?![\da-f]{2})|^[^:]+:\/\/[^/?]*[/?].*@/i;

/** Whether every parser reads a URL, including its user name and password, the same way. */
export function isUnambiguous(url: string): boolean {
  if (ENDS_TOO_EARLY.test(url)) return false;
  try {
    const { username, password, hostname } = new URL(url);
    for (const part of [username, password, hostname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
