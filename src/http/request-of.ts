import { IncomingMessage } from 'node:http';
import type { ArgumentsHost } from '@nestjs/common';
import type { Request } from 'express';

/** What kind of call it is: Nest names these, and other packages name theirs. */
type Kind = 'http' | 'graphql' | 'rpc' | 'ws';
const KINDS: string[] = ['http', 'graphql', 'rpc', 'ws'] satisfies Kind[];

/** @returns undefined for a kind that nobody has looked at here: nothing may be concluded from its arguments. */
export function kindOf(host: ArgumentsHost): Kind | undefined {
  const kind: string = host.getType();
  return KINDS.includes(kind) ? (kind as Kind) : undefined;
}

/**
 * The HTTP request of a call, or null where there is none: a message to a microservice or a gateway. `getRequest()` is there
 * what the client has sent, and a client can write `{ "principal": { "role": "admin" } }`.
 */
export function requestOf(host: ArgumentsHost): Request | null {
  const kind = kindOf(host);
  if (kind === 'http') return host.switchToHttp().getRequest<Request>();
  return kind === 'graphql' ? requestInContext(host.getArgByIndex(2)) : null;
}

/** Of a subscription the context may hold what a client has sent: only the server makes an `IncomingMessage`. */
function requestInContext(context: { req?: unknown } | undefined): Request | null {
  const request = context?.req;
  return request instanceof IncomingMessage ? (request as Request) : null;
}
