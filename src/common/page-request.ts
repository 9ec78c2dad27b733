import type { Request } from 'express';

const API_PREFIX = '/api';

/** The path as it was asked for. Inside middleware `request.path` is only the part behind where that is mounted. */
export function requestedPath(request: Request): string {
  return request.originalUrl.split('?', 1)[0] ?? '';
}

export function isApiRequest(request: Request): boolean {
  const path = requestedPath(request);
  return path === API_PREFIX || path.startsWith(`${API_PREFIX}/`);
}

/** A request that wants a page: it accepts HTML and is not for the API. */
export function isPageRequest(request: Request): boolean {
  return !isApiRequest(request) && request.accepts('html') !== false;
}

/** Methods that change nothing (RFC 9110, 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
