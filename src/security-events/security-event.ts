/**
 * What can happen, by its name, and what is told of it. Sessions are named by the hash of their ID; no event holds a
 * password, a token or an ID that opens anything.
 */
export interface SecurityEvents {
  /** 100 failures in a row, over all sources: only devices that it has used before are let in for a while. */
  'auth.accountLocked': { userId: number | null };
  'auth.loggedIn': { userId: number; sessionIdHash: string; isRemembered: boolean };
  /** `userId` is null when there is no such user. */
  'auth.loginFailed': { userId: number | null };
  /** A remembered device was logged in again without a password. */
  'auth.recalled': { userId: number; sessionIdHash: string; familyId: string };
  /** A try came too early: guesses from one place, at one account from everywhere, or all that one source does. */
  'auth.throttled': { userId: number | null; scope: 'guesses' | 'account' | 'source' };
  /** By whatever way: the reason is one of `EndReason`, apart from `rotated`, which is no end. */
  'session.ended': { userId: number | null; sessionIdHash: string; publicId: string; reason: string };
  /** A remember-me token was used a second time: it has been copied. */
  'rememberMe.tokenReplayed': { userId: number; familyId: string };
}

export type SecurityEventName = keyof SecurityEvents;

/** What a listener gets: `@OnEvent('session.ended') handle(event: SecurityEvent<'session.ended'>)`. */
export interface SecurityEvent<Name extends SecurityEventName = SecurityEventName> {
  readonly name: Name;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The request that made it happen, as the log names it, and where that came from; null when time did. */
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly details: SecurityEvents[Name];
}
