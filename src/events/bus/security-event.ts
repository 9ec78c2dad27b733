/**
 * What can happen, by its name, and what is told of it. Users are named by their ID and sessions by the hash of theirs; no
 * event holds a password, a token, an ID that opens anything, or a text that somebody typed.
 */
export interface SecurityEvents {
  /** All that is kept about a user was asked for as a file, and begins to leave. */
  'account.exported': { userId: number };
  /**
   * What is somebody else's (`owner`), for users of another role (`role`), or sent by another site (`origin`: the
   * user's own browser was made to). `route` is the pattern of the address, never what stood in it.
   */
  'access.denied': {
    userId: number | null;
    because: 'owner' | 'role' | 'origin';
    method: string;
    route: string | null;
  };
  /** The table did not take an event of this name; the log has it. */
  'audit.entryReplaced': { name: string };
  /** Refusals beyond AUDIT_REFUSALS, by the names of their events. `userId` is who was refused; null for guests. */
  'audit.refusalsCounted': { userId: number | null; refusals: Record<string, number> };
  /** An operator takes the chain as it is for the true one: after a backup was put back. */
  'audit.stateAccepted': { lastId: number; notedId: number | null };
  /** Somebody has looked into a broken seal, and had the head sealed as it is. */
  'audit.sealedAnew': { lastId: number };
  /** 100 failures in a row, over all sources: only devices that it has used before are let in for a while. */
  'auth.accountLocked': { userId: number | null };
  /** `isNewDevice`: this user has not logged in on it before, or longer than a year ago. */
  'auth.loggedIn': { userId: number; sessionIdHash: string; isRemembered: boolean; isNewDevice: boolean };
  /** `userId` is null when there is no such user. */
  'auth.loginFailed': { userId: number | null };
  /** The password was given again within a session, which goes on under a new ID: `sessionIdHash` names that. */
  'auth.reauthenticated': { userId: number; sessionIdHash: string };
  /** A remembered device was logged in again without a password. */
  'auth.recalled': { userId: number; sessionIdHash: string; familyId: string };
  /**
   * A try came too early: guesses from one place, at one account from everywhere, or all that one source does. Or too
   * many mails would go to one address, a remembered device starts one session after the other, or an account does one
   * thing over and over.
   */
  'auth.throttled': { userId: number | null; scope: ThrottleScope };
  /** By whatever way: the reason is one of `EndReason`, apart from `rotated`, which is no end. */
  'session.ended': { userId: number | null; sessionIdHash: string; publicId: string; reason: string };
  /** More than 20 sessions of one user that ended by one act: told once instead of one by one. */
  'session.manyEnded': { userId: number | null; reason: string; count: number; sessionIdHashes: string[] };
  /** A remember-me token was used a second time: it has been copied. */
  'rememberMe.tokenReplayed': { userId: number; familyId: string };
  /** By its owner, who knew the former one; all other sessions have ended. */
  'password.changed': { userId: number };
  /** Their sessions have ended. */
  'role.changed': { userId: number; role: string };
  /** A link to choose a new password is mailed. Whether an address is known is decided then: no request made it happen. */
  'password.resetRequested': { userId: number };
  /** By whoever reads the user's mail; all sessions have ended. */
  'password.reset': { userId: number };
  /** The new address is asked to confirm it; nothing has changed yet. */
  'email.changeRequested': { userId: number };
  /** The first address of this user that was confirmed. */
  'email.confirmed': { userId: number };
  /** Another address was confirmed and has taken the place of the former. */
  'email.changed': { userId: number };
  'email.removed': { userId: number };
  'user.signedUp': { userId: number };
  /** From a file, by the command line: so many accounts were made. */
  'users.imported': { count: number };
  'user.renamed': { userId: number };
  'user.disabled': { userId: number };
  'user.enabled': { userId: number };
  'user.deleted': { userId: number };
}

export type ThrottleScope = 'guesses' | 'account' | 'source' | 'mail' | 'device' | 'action';

export type SecurityEventName = keyof SecurityEvents;

/** What a listener gets: `@OnEvent('session.ended') handle(event: SecurityEvent<'session.ended'>)`. */
export interface SecurityEvent<Name extends SecurityEventName = SecurityEventName> {
  readonly name: Name;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who was logged in where it was done; `details.userId` is whom it was done to. Null for a guest, and as below. */
  readonly actorId: number | null;
  /** The actor's session, by the hash of its ID. */
  readonly sessionIdHash: string | null;
  /** The request that made it happen, as the log names it, and where that came from; null when time or a command did. */
  readonly requestId: string | null;
  readonly ip: string | null;
  /** As the browser calls itself, cut to 255 characters. */
  readonly userAgent: string | null;
  readonly details: SecurityEvents[Name];
}
