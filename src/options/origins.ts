const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const ORIGIN = /^https?:\/\/([\w.-]+|\[[\da-f:]+\])(:\d{1,5})?$/;

/** Whether a host name means this machine. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname);

/**
 * Whether a text is an origin exactly as browsers send it (RFC 6454, 6.2): lower case, no path, no default port. No
 * pattern, and plain http only for this machine.
 */
export function isExactOrigin(text: unknown): boolean {
  if (typeof text !== 'string' || !ORIGIN.test(text) || !URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === 'https:' || isLoopback(hostname));
}

/**
 * Whether browsers take two origins for one site: one scheme, and one registrable domain. Without the list of public
 * suffixes only the operator knows the domain, so other hosts count as other sites unless `domain` contains both.
 */
export function isSameSite(one: string, other: string, domain: string | undefined): boolean {
  const [first, second] = [new URL(one), new URL(other)];
  if (first.protocol !== second.protocol) return false;
  return (
    first.hostname === second.hostname ||
    (domain !== undefined && isWithin(first.hostname, domain) && isWithin(second.hostname, domain))
  );
}

export const isWithin = (hostname: string, domain: string): boolean =>
  hostname === domain || hostname.endsWith(`.${domain}`);
