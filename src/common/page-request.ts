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

/** A request that wants a page: it accepts HTML and is not for the API. */
export function isPageRequest(request: Request): boolean {
  return !isApiRequest(request) && request.accepts('html') !== false;
}

/** Asked by an open page, not by its reader. `EventSource` sends this header and no script can change it. */
export function isEventStreamRequest(request: Request): boolean {
  return request.headers.accept === 'text/event-stream';
}

/** Methods that change nothing (RFC 9110, 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
