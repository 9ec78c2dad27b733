import { AsyncLocalStorage } from 'node:async_hooks';
import ipaddr from 'ipaddr.js';
import type { NextFunction, Request, Response } from 'express';
import { canonicalAddress } from '../options/trusted-proxies';
import type { RequestContext } from './request-context';

/** Longer than any address with its zone and port. */
const LONGEST = 100;
const WITH_PORT = /^(?:\[([^[\]]+)\]|([\d.]+))(?::\d{1,5})?$/;

/**
 * Normalises an address. It removes ports, as in `203.0.113.10:50000` and `[2001:db8::1]:443` (Azure, IIS),
 * and zones (`%eth0`), and unwraps IPv4 in IPv6 (RFC 4291, 2.5.5.2).
 * @returns null if it is not an address.
 */
export function bareAddress(text: string | undefined): string | null {
  if (text === undefined || text.length > LONGEST) return null;
  const trimmed = text.trim();
  const [, bracketed, dotted] = WITH_PORT.exec(trimmed) ?? [];
  const address = canonicalAddress(bracketed ?? dotted ?? trimmed);
  if (address === null) return null;
  const unwrapped = ipaddr.process(address);
  return unwrapped.kind() === 'ipv4' ? unwrapped.toString() : address;
}

/**
 * The client's address: as the trusted proxies report it, else the socket's. Null if the socket has closed.
 */
export function clientAddress({ ip, socket }: Partial<Pick<RequestContext, 'ip' | 'socket'>>): string | null {
  return bareAddress(ip) ?? bareAddress(socket?.remoteAddress);
}

const HEADER = 'x-forwarded-for';
/** Longer than any chain of proxies. TRUST_PROXY allows 99 at most. */
const MOST_ADDRESSES = 100;

type IsTrusted = (address: string | undefined, hop: number) => boolean;

/**
 * Normalises `X-Forwarded-For` for Express's `request.ip` and `request.ips`, because some proxies add ports.
 * Skips untrusted senders, whose header Express ignores.
 */
export function forwardedFor(request: Request, _response: Response, next: NextFunction): void {
  const header = request.headers[HEADER];
  const isTrusted = request.app.get('trust proxy fn') as IsTrusted;
  const { remoteAddress } = request.socket;
  if (typeof header === 'string' && isTrusted(remoteAddress, 0)) {
    request.headers[HEADER] = addressesIn(header, isTrusted).join(', ');
  }
  next();
}

/**
 * The addresses from the right, written by our proxies, up to the first untrusted one. A client can forge
 * everything left of it. An unreadable entry also stops the search: the last readable address, or the
 * socket's, counts as the client's.
 */
function addressesIn(header: string, isTrusted: IsTrusted): string[] {
  const addresses: string[] = [];
  for (let end = header.length; end > 0 && addresses.length < MOST_ADDRESSES;) {
    const comma = header.lastIndexOf(',', end - 1);
    const address = bareAddress(header.slice(comma + 1, end));
    if (address === null) break;
    addresses.unshift(address);
    if (!isTrusted(address, addresses.length)) break;
    end = comma;
  }
  return addresses;
}

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
