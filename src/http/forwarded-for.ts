import type { NextFunction, Request, Response } from 'express';
import { bareAddress } from './client-address';

const HEADER = 'x-forwarded-for';
/** More than any chain of proxies; TRUST_PROXY counts to 99 at most. */
const MOST_ADDRESSES = 100;

type IsTrusted = (address: string | undefined, hop: number) => boolean;

/**
 * Has Express read `X-Forwarded-For` as it is meant where proxies add ports to addresses: `request.ip`, `request.ips` and which
 * addresses are proxies. Untrusted senders are left alone, since Express believes nothing of theirs.
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
 * The addresses that stand at the end, where the proxies nearest to us have written, up to the first that is none of theirs:
 * what stands left of it is anybody's. So is what stands left of a text that is no address: the last address that can be
 * read counts as the client's, which may be that of the socket.
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
