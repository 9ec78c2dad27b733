import ipaddr from 'ipaddr.js';
import { bareAddress } from '../http/client-address';

/**
 * Who an address counts as. One that holds a /64 of IPv6 has 2^64 addresses and is still one source; all that is no address
 * is one source too, so that made-up texts are no way around the throttle.
 * @param address as Express tells it by TRUST_PROXY.
 */
export function sourceOf(address: string | undefined): string {
  const bare = bareAddress(address);
  if (bare === null) return '';
  const parsed = ipaddr.parse(bare);
  if (!('parts' in parsed)) return bare;
  const network = parsed.parts.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}
