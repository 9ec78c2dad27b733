import { IncomingMessage } from 'node:http';
import type { ArgumentsHost } from '@nestjs/common';
import type { Request } from 'express';

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
