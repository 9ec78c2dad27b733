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

const HOPS = /^\d{1,2}$/;
const NETWORKS_BY_NAME = ['loopback', 'linklocal', 'uniquelocal'];

/**
 * Whether a text specifies trusted proxies: `off`, a number of hops, or addresses and networks
 * (`10.0.0.0/8`).
 */
export function namesProxies(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  return text === 'off' || HOPS.test(text) || text.split(',').every((item) => isNetwork(item.trim()));
}

/** Longer than any chain of proxies. With more hops, a client could forge its address. */
const MOST_HOPS = 10;

/** Whether the trusted proxies include clients, who could then forge their address. */
export function trustsVisitors(text: string): boolean {
  if (HOPS.test(text)) return Number(text) > MOST_HOPS;
  return text.split(',').some((item) => {
    const [address = '', prefix] = item.trim().split('/');
    if (prefix === undefined) return false;
    const isMapped = /^::ffff:[\da-f]+:[\da-f]+$/.test(canonicalAddress(address) ?? '');
    return Number(prefix) < (isIP(address) === 4 ? 8 : isMapped ? 104 : 7); // wider than a private network
  });
}

/** Normalises the addresses, because Express rejects some notations that Node accepts. */
export function asExpressReadsIt(text: string): string {
  const items = text.split(',').map((item) => {
    const [address = '', ...prefix] = item.trim().split('/');
    return [canonicalAddress(address) ?? address, ...prefix].join('/');
  });
  return items.join(', ');
}

function isNetwork(text: string): boolean {
  if (NETWORKS_BY_NAME.includes(text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    rest.length === 0 &&
    bits > 0 &&
    (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
  );
}
