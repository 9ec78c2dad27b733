/** What would end a user name, a password or a host too early: the rest would become a path or a host, which logs name. */
const ENDS_TOO_EARLY = /#|%(?![\da-f]{2})|^[^:]+:\/\/[^/?]*[/?].*@/i;

/** Whether a URL can be read in one way only, with the user name and password that it holds. */
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
