import type { NextFunction, Request, Response } from 'express';
import { bareAddress } from './client-address';

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
