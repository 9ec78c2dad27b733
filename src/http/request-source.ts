import { AsyncLocalStorage } from 'node:async_hooks';
import ipaddr from 'ipaddr.js';
import { bareAddress } from './client-address';

const SOURCE_OF_IPV6 = /^([\da-f]+:[\da-f]+:[\da-f]+):[\da-f]+::\/64$/;

/**
 * The /48 of an IPv6 source. Providers assign it to one customer, who then has 65,536 networks of /64.
 * @param source as `sourceOf` returns it.
 * @returns null for IPv4.
 */
export function networkOf(source: string): string | null {
  const [, prefix] = SOURCE_OF_IPV6.exec(source) ?? [];
  return prefix === undefined ? null : `${prefix}::/48`;
}

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

const current = new AsyncLocalStorage<string>();

/** The throttle's source of the current request, or empty outside a request. */
export const requestSource = (): string => current.getStore() ?? '';

/** Runs `work` with this source. */
export function fromSource<T>(source: string, work: () => T): T {
  return current.run(source, work);
}
