import type { Response } from 'express';

type Send = Response['send'];

/**
 * Express's `send`, shorter for the common case, a text that is sent whole: one look at each header instead of four, and
 * head and body in one piece. Whatever needs more, such as an ETag, goes Express's way.
 */
export function leanSend(send: Send): Send {
  return function (this: Response, body?: unknown): Response {
    if (typeof body !== 'string' || needsMore(this)) return send.call(this, body);
    if (!this.hasHeader('Content-Type')) this.setHeader('Content-Type', 'text/html; charset=utf-8');
    this.setHeader('Content-Length', Buffer.byteLength(body));
    return this.req.method === 'HEAD' ? this.end() : this.end(body);
  };
}

function needsMore(response: Response): boolean {
  const { headers } = response.req;
  const type = response.getHeader('Content-Type');
  return (
    response.statusCode < 200 ||
    [204, 205, 304].includes(response.statusCode) ||
    Boolean(response.app.get('etag fn')) ||
    headers['if-none-match'] !== undefined ||
    headers['if-modified-since'] !== undefined ||
    (type !== undefined && !String(type).endsWith('; charset=utf-8'))
  );
}
