import type { ArgumentsHost } from '@nestjs/common';
import type { Role } from './roles';
import type { EndedSession, EndReason } from '../sessions/session-engine';
import { kindOf, type RequestContext, requestOf } from '../http/request-context';
import type { PrincipalFields } from './principal-fields';

/** The logged-in user as guards and handlers see them, with the application's own fields. */
export interface Principal extends PrincipalFields {
  readonly id: number;
  readonly username: string;
  readonly roles: readonly Role[];
  /** As read during identification. Writes for the user require the same version: `UsersService.hold`. */
  readonly securityVersion: number;
  /** When the user last entered the password, in milliseconds since 1970. */
  readonly authenticatedAt: number;
}

declare module '../http/request-context' {
  interface RequestFields {
    /** Set for every request before guards run. Null for a guest. */
    principal: Principal | null;
    /** Why the session of the received cookie ended, if known. */
    endReason?: EndReason;
    /** The ended session itself, whether or not its user has seen the notice. Never one that was rotated. */
    endedSession?: EndedSession;
  }
}

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

/** Identifies a request's principal. A port: its adapter needs modules that depend on this one. */
export abstract class Identification {
  /** Identifies the request as if it had just arrived: as a guest if its session has ended. */
  abstract repeat(request: RequestContext): Promise<void>;
}
