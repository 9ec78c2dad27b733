import ipaddr from 'ipaddr.js';
import { bareAddress } from '../http/client-address';

/**
 * The source that an address counts as. The owner of an IPv6 /64 has 2^64 addresses, so a /64 is one source.
 * All invalid addresses are one source, so an attacker cannot evade the throttle with made-up texts.
 * @param address from Express, which applies TRUST_PROXY.
 */
export function sourceOf(address: string | undefined): string {
  const bare = bareAddress(address);
  if (bare === null) return '';
  const parsed = ipaddr.parse(bare);
  if (!('parts' in parsed)) return bare;
  const network = parsed.parts.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}
