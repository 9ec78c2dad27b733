import type { ArgumentsHost } from '@nestjs/common';
import { kindOf, requestOf } from '../http/request-of';
import type { Principal } from './principal';

/** Beside the connections and not on them: what a client sends can set no property of a WeakMap. */
const established = new WeakMap<object, Principal>();

/**
 * Says who is behind a connection to a gateway (its client), behind one message to a microservice (its context) or behind
 * a TCP connection to one (its socket). It counts until it is replaced or the object is gone.
 * @param principal null for a guest.
 */
export function establishPrincipal(connection: object, principal: Principal | null): void {
  if (principal) established.set(connection, principal);
  else established.delete(connection);
}

/** Who a call is from, or null: a guest, or a call that nobody can tell of. */
export function principalOf(host: ArgumentsHost): Principal | null {
  const request = requestOf(host);
  // Where the pipeline has not run there is no principal at all: a guest too.
  if (request) return (request as { principal?: Principal | null }).principal ?? null;
  for (const connection of connectionsOf(host)) {
    const principal = established.get(connection);
    if (principal) return principal;
  }
  return null;
}

interface Context {
  /** Over TCP alone. */
  getSocketRef?(): unknown;
}

/** What the server has made for a call, never what its client has sent. */
function connectionsOf(host: ArgumentsHost): object[] {
  const kind = kindOf(host);
  if (kind === 'ws') return [host.switchToWs().getClient<unknown>()].filter(isObject);
  if (kind !== 'rpc') return [];
  const context = host.switchToRpc().getContext<Context | undefined>();
  return [context, context?.getSocketRef?.()].filter(isObject);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
