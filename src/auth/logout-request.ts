import type { Request } from 'express';
import { isSpeculative } from '../http/page-request';

/**
 * Whether a GET for the log-out address is meant by its user. A link or an image on another site is not, nor is a
 * browser that fetches ahead, nor a program that looks at a link by HEAD (ASVS 5.0: 3.5.3).
 */
export function isDeliberate(request: Request, baseUrl: string): boolean {
  return request.method === 'GET' && isFromHere(request, baseUrl) && !isSpeculative(request);
}

/**
 * Browsers send no Fetch Metadata to plain http hosts but loopback ones, and another site can have them send no Referer
 * either (`no-referrer`): a request that says nothing proves nothing.
 */
function isFromHere(request: Request, baseUrl: string): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const from = request.get('origin') ?? request.get('referer');
  return from !== undefined && URL.canParse(from) && new URL(from).origin === baseUrl;
}
