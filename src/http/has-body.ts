import type { RequestContext } from './request-context';

/** RFC 9112, 6.3: a request without these headers has no body. */
export function hasBody(request: RequestContext): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}
