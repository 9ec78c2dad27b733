import type { IncomingMessage, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Settings } from '../options/settings';
import { HSTS_MAX_AGE } from './security-headers';

const ANSWERS: Record<string, { status: number; text: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    text: 'Your browser sent longer headers than we read, most likely too many cookies. Clear the cookies of this site and try again.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, text: 'The request took too long to arrive.' },
};
const ANY_OTHER = { status: 400, text: 'The request could not be understood.' };

/**
 * For the server's `clientError` event: responds to what Node could not parse, which no handler or middleware
 * sees. By itself, Node would send a bare status.
 */
export function answerUnreadable({ https }: Settings) {
  return ({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void => {
    if (code === 'ECONNRESET' || !socket.writable || hasAnswer(socket) || isUnused(socket)) {
      socket.destroy();
      return;
    }
    const { status, text } = ANSWERS[code] ?? ANY_OTHER;
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(text)}`,
      'Cache-Control: no-store',
      "Content-Security-Policy: default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      'X-Content-Type-Options: nosniff',
      'Referrer-Policy: same-origin',
      ...(https ? [`Strict-Transport-Security: max-age=${HSTS_MAX_AGE}; includeSubDomains`] : []),
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  };
}

/** On the socket itself: a WeakMap would delay the garbage collection of all responses. */
const LATEST = Symbol('the latest answer on a connection');
type Answering = Duplex & { [LATEST]?: ServerResponse };

/** For the server's `request` event. */
export function noteAnswer({ socket }: IncomingMessage, response: ServerResponse): void {
  (socket as Answering)[LATEST] = response;
}

/**
 * Whether the request still arriving already has a response, such as a refusal sent before the body. A client
 * would take a second response for that of the next request.
 */
function hasAnswer({ [LATEST]: latest }: Answering): boolean {
  return latest !== undefined && latest.headersSent && !latest.req.complete;
}

/** A browser opened the connection ahead of need and has sent nothing. */
const isUnused = (socket: Duplex & { bytesRead?: number }): boolean => socket.bytesRead === 0;
