import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Settings } from '../options/settings';
import { HSTS_MAX_AGE } from './security-headers';

/** Process supervisors commonly kill after ten seconds. */
const SHUTDOWN_TIMEOUT_MS = 8_000;

/**
 * On shutdown, finishes running requests and closes all other connections. Node by itself would wait forever
 * for an idle connection that a browser has opened or for a request that never ends, and five seconds for
 * each connection that has just been used.
 */
@Injectable()
export class OpenConnections implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  /** The latest response of each connection. A set of responses would delay their garbage collection. */
  private readonly lastResponses = new Map<Socket, ServerResponse | undefined>();
  private deadline?: NodeJS.Timeout;

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    if (!this.isServing) return;
    this.server.on('connection', (socket) => {
      this.lastResponses.set(socket, undefined);
      socket.once('close', () => this.lastResponses.delete(socket));
    });
    this.server.prependListener('request', ({ socket }, response) => {
      if (this.lastResponses.has(socket)) this.lastResponses.set(socket, response);
    });
  }

  beforeApplicationShutdown(): void {
    if (!this.isServing) return;
    for (const [socket, response] of this.lastResponses) {
      if (socket.bytesRead === 0) socket.destroy();
      else if (response && !response.headersSent) response.setHeader('Connection', 'close');
    }
    this.deadline = setTimeout(() => this.server.closeAllConnections(), SHUTDOWN_TIMEOUT_MS).unref();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.deadline);
  }

  /** A command-line tool that uses the modules has no server. */
  private get isServing(): boolean {
    return Boolean(this.host.httpAdapter as unknown);
  }

  private get server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }
}

const RESPONSES: Record<string, { status: number; text: string }> = {
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
function refuseUnreadable({ https }: Settings) {
  return ({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void => {
    if (code === 'ECONNRESET' || !socket.writable || hasResponse(socket) || isUnused(socket)) {
      socket.destroy();
      return;
    }
    const { status, text } = RESPONSES[code] ?? ANY_OTHER;
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
const LATEST = Symbol('the latest response on a connection');
type Responding = Duplex & { [LATEST]?: ServerResponse };

/** For the server's `request` event. */
function noteResponse({ socket }: IncomingMessage, response: ServerResponse): void {
  (socket as Responding)[LATEST] = response;
}

/**
 * Whether the request still arriving already has a response, such as a refusal sent before the body. A client
 * would take a second response for that of the next request.
 */
function hasResponse({ [LATEST]: latest }: Responding): boolean {
  return latest !== undefined && latest.headersSent && !latest.req.complete;
}

/** A browser opened the connection ahead of need and has sent nothing. */
const isUnused = (socket: Duplex & { bytesRead?: number }): boolean => socket.bytesRead === 0;

/** Sets timeouts for slow clients and the response to requests that Node rejects. */
export function limitConnections(server: Server, settings: Settings): void {
  // During a slow request the session may end: see RevalidationMiddleware.
  server.requestTimeout = settings.requestTimeout;
  server.headersTimeout = settings.requestTimeout;
  server.keepAliveTimeout = settings.keepAliveTimeout;
  server.prependListener('request', noteResponse);
  server.on('clientError', refuseUnreadable(settings));
}
