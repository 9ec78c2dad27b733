import { isIP } from 'node:net';

/**
 * An IP address in the canonical form of RFC 5952, without its zone. IPv6 may end in dotted IPv4 (RFC 4291,
 * 2.2: `64:ff9b::192.0.2.1`), which ipaddr.js only accepts in mapped addresses.
 * @returns null if it is not an address.
 */
export function canonicalAddress(text: string): string | null {
  const [address] = text.split('%', 1);
  const version = isIP(address);
  if (version !== 6) return version === 4 ? address : null;
  const url = `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : null;
}
