import {
  type ExecutionContext,
  ForbiddenException,
  HttpException,
  HttpStatus,
  UnauthorizedException,
} from '@nestjs/common';
import { REAUTHENTICATION_REQUIRED } from '../http/problem';
import type { SecurityEvents } from '../events/bus/security-event';
import type { EndReason } from '../sessions/session-engine';
import { FLASHES } from '../flash/catalogue';
import type { Flash } from '../flash/flash';

/** A refusal that sends a page's reader elsewhere with a flash; the API answers with its status. */
export interface RedirectingError {
  readonly flash: Flash;
  /** Where to, on a page. */
  readonly path: string;
  /** Whether to come back afterwards to the page that was asked for. */
  readonly returns: boolean;
  /** What was not reached, where its user may want to be led there again. */
  readonly handler?: Handler;
}

type Handler = ReturnType<ExecutionContext['getHandler']>;

export class LoginRequired extends UnauthorizedException implements RedirectingError {
  readonly flash = FLASHES.loginRequired;
  readonly path = '/users/login';
  readonly returns = true;

  /**
   * @param reason why the session ended whose cookie came along, for a client that shows no flash.
   */
  constructor(
    readonly reason?: EndReason,
    readonly handler?: Handler,
  ) {
    super(FLASHES.loginRequired.text);
  }
}

/**
 * The session ended after the guards had let its request through, and nothing was written. The exception filter finds
 * out why, and answers as it answers a request that comes after the end.
 */
export class SessionOver extends LoginRequired {}

/** What needs a password that was given lately, and this session's was not. */
export class ReauthenticationRequired extends ForbiddenException implements RedirectingError {
  readonly flash = FLASHES.reauthenticationRequired;
  readonly path = '/account/reauthenticate';
  readonly returns = true;
  readonly reason = REAUTHENTICATION_REQUIRED;

  constructor(readonly handler?: Handler) {
    super('Send your password to POST /api/v1/auth/reauthenticate, then repeat this request.');
  }
}

/** A refusal that is told as `access.denied`. */
interface Denial {
  readonly denied: SecurityEvents['access.denied']['because'];
}

/** What only its owner, or only users of a role may, asked by somebody else. The answer does not tell which. */
export class NotAuthorized extends ForbiddenException implements RedirectingError, Denial {
  readonly flash = FLASHES.notAuthorized;
  readonly path = '/users/welcome';
  readonly returns = false;

  constructor(readonly denied: 'owner' | 'role' = 'owner') {
    super(FLASHES.notAuthorized.text);
  }
}

/** A change that does not come from our own pages, or does not show that it does. */
export class OtherOrigin extends ForbiddenException implements Denial {
  readonly denied = 'origin';

  constructor(detail = 'Nothing was changed: this request did not come from our own pages.') {
    super(detail);
  }
}

/** A guest's page, asked for by a logged-in user. */
export class AlreadyLoggedIn extends HttpException implements RedirectingError {
  readonly flash = FLASHES.alreadyLoggedIn;
  readonly path = '/users/welcome';
  readonly returns = false;

  constructor() {
    super(FLASHES.alreadyLoggedIn.text, HttpStatus.CONFLICT);
  }
}

export function isDenial(error: unknown): error is Denial {
  return error instanceof NotAuthorized || error instanceof OtherOrigin;
}

export function isRedirectingError(error: unknown): error is RedirectingError {
  return [LoginRequired, ReauthenticationRequired, NotAuthorized, AlreadyLoggedIn].some(
    (kind) => error instanceof kind,
  );
}
