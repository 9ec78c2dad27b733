import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { IncomingMessage } from 'node:http';
import type { ArgumentsHost } from '@nestjs/common';
import type { Request } from 'express';
import type { Session, SessionData } from 'express-session';

/** What Latchkey adds to a request. Each folder declares its own fields here, such as `principal`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by other folders
export interface RequestFields {}

/**
 * What services see of a request: session, cookies, address and user agent. Express' Request is a RequestContext, so controllers pass it on. The request's deadline and
 * source need no parameter: see `RequestDeadline.current()` and `requestSource()`.
 */
export interface RequestContext extends RequestFields {
  /** Identifies this request in logs, error pages and problem details. */
  id: string;
  readonly method: string;
  /** As received, with the query. */
  readonly originalUrl: string;
  /** Whether it is below `/api`: see `BasePath`. */
  readonly isApi: boolean;
  readonly headers: IncomingHttpHeaders;
  readonly body?: unknown;
  /** Whether the client uses HTTPS, as the trusted proxies report it. */
  readonly secure: boolean;
  /** The client's address, as the trusted proxies report it. */
  readonly ip?: string | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
  /** Missing after a log-out. */
  session: Session & Partial<SessionData>;
  readonly sessionID: string;
  readonly res?: ResponseContext | undefined;
  /** A header by its name in any case. */
  get(name: string): string | undefined;
  /** The first of these types that the client prefers. */
  accepts(types: string[]): string | false;
}

/** What services do with the response. */
export interface ResponseContext extends Pick<
  ServerResponse,
  'closed' | 'end' | 'getHeader' | 'headersSent' | 'once' | 'setHeader' | 'statusCode'
> {
  /** What the view sees. */
  locals: Record<string, unknown>;
  cookie(name: string, value: string, attributes: CookieAttributes): unknown;
  clearCookie(name: string, attributes: CookieAttributes): unknown;
}

export interface CookieAttributes {
  httpOnly: boolean;
  sameSite: 'lax' | 'strict' | 'none';
  secure: boolean;
  path: string;
  /** In milliseconds. Without it, the cookie ends with the browser. */
  maxAge?: number;
}

declare module 'express-serve-static-core' {
  // Not RequestContext: its other properties have types that differ from Express' own, if only by `readonly`.
  interface Request extends RequestFields {
    /** Identifies this request in logs, error pages and problem details. pino-http declares it more widely. */
    id: string;
    isApi: boolean;
  }
}

/** The response to a request. Express links the two before any middleware runs. */
export function responseTo(request: RequestContext): ResponseContext {
  if (!request.res) throw new Error('This request is not served by Express');
  return request.res;
}

/** The context types of Nest. Other packages add their own. */
type Kind = 'http' | 'graphql' | 'rpc' | 'ws';
const KINDS: string[] = ['http', 'graphql', 'rpc', 'ws'] satisfies Kind[];

/** @returns undefined for an unknown type, whose arguments must not be interpreted. */
export function kindOf(host: ArgumentsHost): Kind | undefined {
  const kind: string = host.getType();
  return KINDS.includes(kind) ? (kind as Kind) : undefined;
}

/**
 * The HTTP request of a call, or null for a message to a microservice or gateway. There `getRequest()`
 * returns the client's data, and an attacker can send `{ "principal": { "role": "admin" } }`.
 */
export function requestOf(host: ArgumentsHost): Request | null {
  const kind = kindOf(host);
  if (kind === 'http') return host.switchToHttp().getRequest<Request>();
  return kind === 'graphql' ? requestInContext(host.getArgByIndex(2)) : null;
}

/** In a subscription the context may contain client data. Only the server creates an `IncomingMessage`. */
function requestInContext(context: { req?: unknown } | undefined): Request | null {
  const request = context?.req;
  return request instanceof IncomingMessage ? (request as Request) : null;
}
