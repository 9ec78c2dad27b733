/**
 * Event details by event name. They identify users by ID and sessions by ID hash. No event contains a
 * password, a token, a usable session ID or text that a user typed.
 */
export interface SecurityEvents {
  /** A user's data export begins. */
  'account.exported': { userId: number };
  /**
   * The resource has another owner (`owner`), the user lacks the role (`role`), or another site sent the
   * request through the user's browser (`origin`). `route` is the URL pattern without actual values.
   */
  'access.denied': {
    userId: number | null;
    because: 'owner' | 'role' | 'origin';
    method: string;
    route: string | null;
  };
  /** The database rejected an event of this name. The log has it. */
  'audit.entryReplaced': { name: string };
  /** Refusals beyond AUDIT_REFUSALS, by event name. `userId` is the refused user, null for guests. */
  'audit.refusalsCounted': { userId: number | null; refusals: Record<string, number> };
  /** An operator accepted the current chain, after restoring a backup. */
  'audit.stateAccepted': { lastId: number; notedId: number | null };
  /** An operator investigated a broken seal and sealed the current head. */
  'audit.sealedAnew': { lastId: number };
  /** 100 failures in a row from any source: only known devices may log in for a while. */
  'auth.accountLocked': { userId: number | null };
  /** `isNewDevice`: the user has not logged in on it within a year. */
  'auth.loggedIn': { userId: number; sessionIdHash: string; isRemembered: boolean; isNewDevice: boolean };
  /** `userId` is null for an unknown username. */
  'auth.loginFailed': { userId: number | null };
  /** The user entered the password again. `sessionIdHash` is that of the session's new ID. */
  'auth.reauthenticated': { userId: number; sessionIdHash: string };
  /** A remember-me token logged its device in. */
  'auth.recalled': { userId: number; sessionIdHash: string; familyId: string };
  /**
   * Too many guesses from one source, guesses at one account from all sources, requests of one source, mails
   * to one address, sessions of one remembered device, or repetitions of one action by an account.
   */
  'auth.throttled': { userId: number | null; scope: ThrottleScope };
  /** `reason` is an `EndReason` other than `rotated`, as a rotated session stays live. */
  'session.ended': { userId: number | null; sessionIdHash: string; publicId: string; reason: string };
  /** Replaces `session.ended` when one action ends more than 20 sessions of a user. */
  'session.manyEnded': { userId: number | null; reason: string; count: number; sessionIdHashes: string[] };
  /** A remember-me token was used twice, which indicates theft. */
  'rememberMe.tokenReplayed': { userId: number; familyId: string };
  /** The user entered the current password and set a new one. All other sessions have ended. */
  'password.changed': { userId: number };
  /** The user's sessions have ended. */
  'role.changed': { userId: number; role: string };
  /** Published when the link is mailed, which is later than the request. It therefore names no request. */
  'password.resetRequested': { userId: number };
  /** Through a mailed link. All sessions have ended. */
  'password.reset': { userId: number };
  /** The new address is not confirmed yet. */
  'email.changeRequested': { userId: number };
  /** The user's first confirmed address. */
  'email.confirmed': { userId: number };
  /** A newly confirmed address replaced the former one. */
  'email.changed': { userId: number };
  'email.removed': { userId: number };
  'user.signedUp': { userId: number };
  /** By the import command. `count` is the number of new accounts. */
  'users.imported': { count: number };
  'user.renamed': { userId: number };
  'user.disabled': { userId: number };
  'user.enabled': { userId: number };
  'user.deleted': { userId: number };
}

export type ThrottleScope = 'guesses' | 'account' | 'source' | 'mail' | 'device' | 'action';

export type SecurityEventName = keyof SecurityEvents;

/** @example bus.on('session.ended', (event: SecurityEvent<'session.ended'>) => …) */
export interface SecurityEvent<Name extends SecurityEventName = SecurityEventName> {
  readonly name: Name;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The user who acted; `details.userId` is the affected one. Null for guests, timers and commands. */
  readonly actorId: number | null;
  /** Hash of the actor's session ID. */
  readonly sessionIdHash: string | null;
  /** The causing request's ID in the log. Like `ip`, null if a timer or command caused the event. */
  readonly requestId: string | null;
  readonly ip: string | null;
  /** Truncated to 255 characters. */
  readonly userAgent: string | null;
  readonly details: SecurityEvents[Name];
}
