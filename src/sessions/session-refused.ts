/** A session cannot hold what a handler has put into it. A fault of that handler; what was stored before stays. */
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

/** express-session leaves out, when it loads a session, what every session object has already. */
export class ReservedSessionKey extends SessionRefused {
  override readonly name = 'ReservedSessionKey';

  constructor(readonly key: string) {
    super(`A session cannot hold a value named "${key}": every session object has something of that name.`);
  }
}
