import type { RequestContext } from '../http/request-context';
import { isSpeculative } from '../http/page-request';

/**
 * Whether the user intends a GET of the log-out URL. This excludes links and images on other sites,
 * prefetching browsers and programs that probe links with HEAD (ASVS 5.0: 3.5.3).
 */
export function isDeliberate(request: RequestContext, ownOrigin: string): boolean {
  return request.method === 'GET' && isFromHere(request, ownOrigin) && !isSpeculative(request);
}

/**
 * Browsers send Fetch Metadata over plain http only to loopback hosts, and another site can suppress Referer
 * (`no-referrer`). A request without either header therefore proves nothing.
 */
function isFromHere(request: RequestContext, ownOrigin: string): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const from = request.get('origin') ?? request.get('referer');
  return from !== undefined && URL.canParse(from) && new URL(from).origin === ownOrigin;
}
