import type { Request } from 'express';
import ipaddr from 'ipaddr.js';
import { canonicalAddress } from '../options/canonical-address';

/** Longer than any address with its zone and port. */
const LONGEST = 100;
const WITH_PORT = /^(?:\[([^[\]]+)\]|([\d.]+))(?::\d{1,5})?$/;

/**
 * An address in one form however it is written: `203.0.113.10:50000` and `[2001:db8::1]:443` (Azure, IIS) without the port,
 * a zone (`%eth0`) left out, and IPv4 where IPv6 only wraps it (RFC 4291, 2.5.5.2).
 * @returns null for what is no address.
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

/** Where a request comes from: as the trusted proxies say, else as the socket does. Null when that has closed. */
export function clientAddress({ ip, socket }: Partial<Pick<Request, 'ip' | 'socket'>>): string | null {
  return bareAddress(ip) ?? bareAddress(socket?.remoteAddress);
}
