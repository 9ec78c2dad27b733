import type { RequestContext } from './request-context';

/** The requested path. In a middleware, `request.path` is only the part after its mount point. */
export function requestedPath(request: RequestContext): string {
  return request.originalUrl.split('?', 1)[0] ?? '';
}

/** Where a browser displays the response as a page. */
const PAGE_DESTINATIONS = ['document', 'iframe', 'none'];
/** In this order, so a client that accepts anything does not get a page. */
const JSON_BEFORE_HTML = ['application/json', 'application/problem+json', 'text/html'];

/**
 * Whether a request wants a page: it prefers HTML and is not for the API. Scripts, images and programs that
 * accept anything (curl) cannot follow a redirect to the login page, and would use up a flash meant for the
 * user.
 */
export function isPageRequest(request: RequestContext): boolean {
  const destination = request.headers['sec-fetch-dest'];
  if (typeof destination === 'string' && !PAGE_DESTINATIONS.includes(destination)) return false;
  return !request.isApi && request.accepts(JSON_BEFORE_HTML) === 'text/html';
}

const SPECULATION_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];
const SPECULATION = /prefetch|prerender|preview/i;

/** Whether the browser prefetches a page that the user may never open. */
export function isSpeculative({ headers }: RequestContext): boolean {
  return SPECULATION_HEADERS.some((name) => SPECULATION.test(String(headers[name])));
}

/** Files other than pages: images, scripts, source maps. */
const ASSET = /^\/assets\/|\.(?!html?$)[a-z][a-z\d]{1,9}$/i;

/**
 * Whether a person will see this page. Only there may one-time messages be shown, such as a flash or the
 * reason why a session ended.
 */
export function isSeenByPerson(request: RequestContext): boolean {
  return (
    request.method !== 'HEAD' &&
    isPageRequest(request) &&
    !isSpeculative(request) &&
    !ASSET.test(requestedPath(request))
  );
}

/**
 * Whether an open page listens to events, without its user acting. `EventSource` sends this header, and no
 * script can change it.
 */
export function isEventStreamRequest(request: RequestContext): boolean {
  return request.headers.accept === 'text/event-stream';
}

/** Methods that change nothing (RFC 9110, 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** RFC 9112, 6.3: a request without these headers has no body. */
export function hasBody(request: RequestContext): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}
