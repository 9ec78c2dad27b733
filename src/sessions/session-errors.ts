import { ServiceUnavailableException } from '@nestjs/common';

/**
 * A handler put something into the session that it cannot hold: a bug in the handler. The stored values stay.
 */
export abstract class SessionRefused extends Error {}

export class SessionTooLarge extends SessionRefused {
  override readonly name = 'SessionTooLarge';

  /** Both in bytes. */
  constructor(
    readonly size: number,
    readonly limit: number,
  ) {
    super(`A session would hold ${size} bytes; SESSION_MAX_SIZE is ${limit}. Keep large values elsewhere.`);
  }
}

/** On load, express-session skips keys that every session object already has. */
export class ReservedSessionKey extends SessionRefused {
  override readonly name = 'ReservedSessionKey';

  constructor(readonly key: string) {
    super(`A session cannot hold a value named "${key}": every session object has something of that name.`);
  }
}

/** The session store does not answer: 503. The client is neither logged in nor logged out. */
export class SessionStoreUnavailable extends ServiceUnavailableException {
  constructor() {
    super('The session store does not answer. Please try again.');
  }
}
