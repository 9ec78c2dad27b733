import { isIPv6 } from 'node:net';

/**
 * Who an address counts as. One that holds a /64 of IPv6 has 2^64 addresses and is still one source; an IPv4 address is
 * the same however it is written (RFC 4291, 2.5.5.2).
 * @param address as Express tells it by TRUST_PROXY.
 */
export function sourceOf(address: string | undefined): string {
  const [bare] = (address ?? '').split('%', 1);
  if (!isIPv6(bare)) return bare;
  const groups = groupsOf(bare);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join('.');
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const { hostname } = new URL(`http://[${address}]`); // in its one canonical form, without dotted numbers
  const [head, tail] = hostname.slice(1, -1).split('::', 2).map(numbers);
  return tail ? [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail] : head;
}

const numbers = (groups: string): number[] =>
  groups === '' ? [] : groups.split(':').map((group) => Number.parseInt(group, 16));
