import type { NextFunction, Request, Response } from 'express';
import { bareAddress } from './client-address';

const HEADER = 'x-forwarded-for';
/** More than any chain of proxies; TRUST_PROXY counts to 99 at most. */
const MOST_ADDRESSES = 100;

/**
 * Has Express read `X-Forwarded-For` as it is meant where proxies add ports to addresses: `request.ip`, `request.ips` and which
 * addresses are proxies. Untrusted senders are left alone, since Express believes nothing of theirs.
 */
export function forwardedFor(request: Request, _response: Response, next: NextFunction): void {
  const header = request.headers[HEADER];
  const isTrusted = request.app.get('trust proxy fn') as (
    address: string | undefined,
    hop: number,
  ) => boolean;
  if (typeof header === 'string' && isTrusted(request.socket.remoteAddress, 0)) {
    request.headers[HEADER] = addressesIn(header).join(', ');
  }
  next();
}

/**
 * The addresses that stand at the end, where the proxies nearest to us have written. What stands left of a text that is no
 * address may be anybody's: the last address that can be read counts as the client's, which may be that of the socket.
 */
function addressesIn(header: string): string[] {
  const addresses: string[] = [];
  for (let end = header.length; end > 0 && addresses.length < MOST_ADDRESSES;) {
    const comma = header.lastIndexOf(',', end - 1);
    const address = bareAddress(header.slice(comma + 1, end));
    if (address === null) break;
    addresses.unshift(address);
    end = comma;
  }
  return addresses;
}
