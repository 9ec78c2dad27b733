import {
  type ArgumentsHost,
  type ExecutionContext,
  ForbiddenException,
  HttpException,
  HttpStatus,
  UnauthorizedException,
} from '@nestjs/common';
import { REAUTHENTICATION_REQUIRED } from '../http/problem';
import type { SecurityEvents } from '../events/bus/security-event';
import type { EndReason } from '../sessions/session-engine';
import { type Flash, FLASHES } from '../flash/flash';
import type { MessageError } from '../http/errors';
import { kindOf, type RequestContext } from '../http/request-context';
import type { SessionService } from '../sessions/session-service';

/** A refusal that redirects pages with a flash. The API responds with its status. */
export interface RedirectingError {
  readonly flash: Flash;
  /** Redirect target for pages, one of Latchkey's: below its base path. */
  readonly path: string;
  /** Whether the user returns to the requested page afterwards. */
  readonly returns: boolean;
  /** The refused handler, if the user may return to it. */
  readonly handler?: Handler | undefined;
}

type Handler = ReturnType<ExecutionContext['getHandler']>;

export class LoginRequired extends UnauthorizedException implements RedirectingError {
  readonly flash = FLASHES.loginRequired;
  readonly path = '/users/login';
  readonly returns = true;

  /**
   * @param reason why the session of the received cookie ended, for clients that show no flash.
   */
  constructor(
    readonly reason?: EndReason,
    readonly handler?: Handler,
  ) {
    super(FLASHES.loginRequired.text);
  }
}

/**
 * The session ended after the guards admitted its request, and nothing was written. The exception filter
 * finds the reason and treats it like any request with an ended session.
 */
export class SessionEnded extends LoginRequired {}

/** The user must enter the password again: the last time is not recent enough. */
export class ReauthenticationRequired extends ForbiddenException implements RedirectingError {
  readonly flash = FLASHES.reauthenticationRequired;
  readonly path = '/account/reauthenticate';
  readonly returns = true;
  readonly reason = REAUTHENTICATION_REQUIRED;

  constructor(readonly handler?: Handler) {
    super('Send your password to POST /api/v1/auth/reauthenticate, then repeat this request.');
  }
}

/** A refusal that is published as `access.denied`. */
interface Denial {
  readonly denied: SecurityEvents['access.denied']['because'];
}

/** The principal is not the owner or lacks the role. The response does not reveal which. */
export class NotAuthorized extends ForbiddenException implements RedirectingError, Denial {
  readonly flash = FLASHES.notAuthorized;
  readonly path = '/users/welcome';
  readonly returns = false;

  constructor(readonly denied: 'owner' | 'role' = 'owner') {
    super(FLASHES.notAuthorized.text);
  }
}

/** A change from another origin, or without proof of its origin. */
export class CrossOriginRequest extends ForbiddenException implements Denial {
  readonly denied = 'origin';

  constructor(detail = 'Nothing was changed: this request did not come from our own pages.') {
    super(detail);
  }
}

/** A logged-in user requested a guest page. */
export class AlreadyLoggedIn extends HttpException implements RedirectingError {
  readonly flash = FLASHES.alreadyLoggedIn;
  readonly path = '/users/welcome';
  readonly returns = false;

  constructor() {
    super(FLASHES.alreadyLoggedIn.text, HttpStatus.CONFLICT);
  }
}

export function isDenial(error: unknown): error is Denial {
  return error instanceof NotAuthorized || error instanceof CrossOriginRequest;
}

export function isRedirectingError(error: unknown): error is RedirectingError {
  return [LoginRequired, ReauthenticationRequired, NotAuthorized, AlreadyLoggedIn].some(
    (kind) => error instanceof kind,
  );
}

type Refused = HttpException & Pick<MessageError, 'reason'>;
type TransportException = new (error: MessageError) => Error;

/** Wraps a guard's error so that the call's transport reports a refusal, not an internal error. */
export function refusal(host: ArgumentsHost, error: Refused): Error {
  const kind = kindOf(host);
  if (kind === 'rpc') return inTransport('@nestjs/microservices', 'RpcException', error);
  if (kind === 'ws') return inTransport('@nestjs/websockets', 'WsException', error);
  return error;
}

/** @param name of an optional package. A call over its transport proves that it is installed. */
function inTransport(name: string, exception: string, error: Refused): Error {
  const { [exception]: Exception } = require(name) as Record<string, TransportException>;
  const { message, reason } = error;
  const response = {
    status: 'error',
    statusCode: error.getStatus(),
    message,
    ...(reason && { reason }),
  } as const;
  return Object.assign(new Exception(response), { cause: error });
}

/**
 * Call it before the first write if the request has waited since the guards ran, for a password hash or
 * another server. The user may have logged out meanwhile, and that must take effect. @throws SessionEnded
 */
export async function requireLiveSession(sessions: SessionService, request: RequestContext): Promise<void> {
  if (!(await sessions.isLive(request))) throw new SessionEnded();
}
