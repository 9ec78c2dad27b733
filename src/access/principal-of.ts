import type { ArgumentsHost } from '@nestjs/common';
import { kindOf, requestOf } from '../http/request-of';
import type { Principal } from './principal';

/** Not a property of the connection object: client data cannot reach a WeakMap. */
const established = new WeakMap<object, Principal>();

/**
 * Sets the principal of a gateway connection (its client), of one microservice message (its context) or of a
 * TCP connection to a microservice (its socket). It applies until it is replaced or the object is collected.
 * @param principal null for a guest.
 */
export function establishPrincipal(connection: object, principal: Principal | null): void {
  if (principal) established.set(connection, principal);
  else established.delete(connection);
}

/** The principal of a call, or null for a guest or an unidentified call. */
export function principalOf(host: ArgumentsHost): Principal | null {
  const request = requestOf(host);
  // Undefined where the middleware has not run: treat it as a guest.
  if (request) return (request as { principal?: Principal | null }).principal ?? null;
  for (const connection of connectionsOf(host)) {
    const principal = established.get(connection);
    if (principal) return principal;
  }
  return null;
}

interface Context {
  /** Only over TCP. */
  getSocketRef?(): unknown;
}

/** Only objects that the server created for the call: the client controls all others. */
function connectionsOf(host: ArgumentsHost): object[] {
  const kind = kindOf(host);
  if (kind === 'ws') return [host.switchToWs().getClient<unknown>()].filter(isObject);
  if (kind !== 'rpc') return [];
  const context = host.switchToRpc().getContext<Context | undefined>();
  return [context, context?.getSocketRef?.()].filter(isObject);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
