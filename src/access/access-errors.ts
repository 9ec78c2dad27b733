import {
  type ExecutionContext,
  ForbiddenException,
  HttpException,
  HttpStatus,
  UnauthorizedException,
} from '@nestjs/common';
import type { EndReason } from '../sessions/session-engine';
import { FLASHES } from '../flash/catalogue';
import type { Flash } from '../flash/flash';

/** A refusal that sends a page's reader elsewhere with a flash; the API answers with its status. */
export interface Diversion {
  readonly flash: Flash;
  /** Where to, on a page. */
  readonly path: string;
  /** Whether to come back afterwards to the page that was asked for. */
  readonly returns: boolean;
}

export class LoginRequired extends UnauthorizedException implements Diversion {
  readonly flash = FLASHES.loginRequired;
  readonly path = '/users/login';
  readonly returns = true;

  /**
   * @param reason why the session ended whose cookie came along, for a client that shows no flash.
   * @param handler what was not reached, for those who want to lead its user there again.
   */
  constructor(
    readonly reason?: EndReason,
    readonly handler?: ReturnType<ExecutionContext['getHandler']>,
  ) {
    super(FLASHES.loginRequired.text);
  }
}

/** What only its owner may, asked by somebody else. */
export class NotAuthorized extends ForbiddenException implements Diversion {
  readonly flash = FLASHES.notAuthorized;
  readonly path = '/users/welcome';
  readonly returns = false;

  constructor() {
    super(FLASHES.notAuthorized.text);
  }
}

/** A guest's page, asked for by a logged-in user. */
export class AlreadyLoggedIn extends HttpException implements Diversion {
  readonly flash = FLASHES.alreadyLoggedIn;
  readonly path = '/users/welcome';
  readonly returns = false;

  constructor() {
    super(FLASHES.alreadyLoggedIn.text, HttpStatus.CONFLICT);
  }
}

export function isDiversion(error: unknown): error is Diversion {
  return error instanceof LoginRequired || error instanceof NotAuthorized || error instanceof AlreadyLoggedIn;
}
