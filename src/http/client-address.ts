import ipaddr from 'ipaddr.js';
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
