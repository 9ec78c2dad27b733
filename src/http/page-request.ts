import type { Request } from 'express';

// The router does not tell upper from lower case either.
const API = /^\/api(\/|$)/i;

/** The path as it was asked for. Inside middleware `request.path` is only the part behind where that is mounted. */
export function requestedPath(request: Request): string {
  return request.originalUrl.split('?', 1)[0] ?? '';
}

/** By the path as the router reads it, which understands `http://host/api` and `/api#` too. */
export function isApiRequest(request: Request): boolean {
  return API.test(request.baseUrl + request.path);
}

/** Where a browser shows what it gets as a page. */
const PAGE_DESTINATIONS = ['document', 'iframe', 'none'];
/** In this order, so that a client that accepts anything does not ask for a page. */
const JSON_BEFORE_HTML = ['application/json', 'application/problem+json', 'text/html'];

/**
 * A request that wants a page: it prefers HTML and is not for the API. A script, an image or a program that takes
 * anything (scripts, curl) cannot follow a redirect to the log-in page and would use up what that page says.
 */
export function isPageRequest(request: Request): boolean {
  const destination = request.headers['sec-fetch-dest'];
  if (typeof destination === 'string' && !PAGE_DESTINATIONS.includes(destination)) return false;
  return !isApiRequest(request) && request.accepts(JSON_BEFORE_HTML) === 'text/html';
}

const SPECULATION_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];
const SPECULATION = /prefetch|prerender|preview/i;

/** A browser fetches ahead what its user may never open. */
export function isSpeculative({ headers }: Request): boolean {
  return SPECULATION_HEADERS.some((name) => SPECULATION.test(String(headers[name])));
}

/** Files other than pages: images, scripts, source maps. */
const ASSET = /^\/assets\/|\.(?!html?$)[a-z][a-z\d]{1,9}$/i;

/**
 * A page that a person will see: only there may something be shown that is shown once, such as a flash or the reason why
 * a session ended.
 */
export function isSeenByPerson(request: Request): boolean {
  return (
    request.method !== 'HEAD' &&
    isPageRequest(request) &&
    !isSpeculative(request) &&
    !ASSET.test(requestedPath(request))
  );
}

/** Asked by an open page, not by its reader. `EventSource` sends this header and no script can change it. */
export function isEventStreamRequest(request: Request): boolean {
  return request.headers.accept === 'text/event-stream';
}

/** Methods that change nothing (RFC 9110, 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
