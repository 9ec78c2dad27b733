/** What a session holds: JSON, by key. */
export type SessionValues = Record<string, unknown>;

/** Why a session ended: by its user, its owner or policy, or by time. `rotated`: it goes on under a new ID. */
export type EndReason =
  | 'logged_out'
  | 'rotated'
  | 'idle'
  | 'absolute'
  | 'revoked'
  | 'evicted'
  | 'password_changed'
  | 'user_deleted'
  | 'theft';

export interface LoadedSession {
  readonly idHash: string;
  readonly values: SessionValues;
  readonly version: number;
  /** Milliseconds since 1970, as all times here. */
  readonly lastSeenAt: number;
}

/** Where a session was started from, as far as it is known. */
export interface Origin {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** A live session as its owner may see it. */
export interface ListedSession extends Origin {
  readonly publicId: string;
  readonly familyId: string | null;
  readonly idHash: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
}

/** Which live sessions to end: one, those of a remembered device, or those of a user but perhaps one. */
export type EndTarget =
  | { idHash: string }
  | { familyId: string }
  | { userId: number; publicId: string }
  | { userId: number; exceptIdHash?: string };

/**
 * Where sessions live. A port: every method takes the hash of an ID, never the ID itself.
 *
 * Creating and committing are different acts, so that no write in flight can bring back a session that has ended; and
 * a commit merges what it changed into what is stored, so that parallel requests lose nothing (see `mergeValues`).
 */
export abstract class SessionEngine {
  /** @returns the live session, or null when it is unknown, ended or expired. */
  abstract load(idHash: string): Promise<LoadedSession | null>;

  abstract create(idHash: string, values: SessionValues, origin?: Origin): Promise<LoadedSession>;

  /** @returns what is stored now, or null when the session has ended meanwhile and nothing was written. */
  abstract commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null>;

  /** Notes that the session was used and moves its idle time-out. */
  abstract slide(idHash: string): Promise<void>;

  /** @returns how many sessions were live and have ended now. */
  abstract end(target: EndTarget, reason: EndReason): Promise<number>;

  /** @returns why a session ended, as long as that is known, or null when it is live or unknown. */
  abstract endReason(idHash: string): Promise<EndReason | null>;

  /** Forgets an ended session when its user is told why. @returns true to one caller only. */
  abstract forget(idHash: string): Promise<boolean>;

  /** The live sessions of a user, the one used last first. */
  abstract list(userId: number): Promise<ListedSession[]>;

  /** Deletes rows that nobody needs any more. @returns how many, at most `limit`. */
  abstract purge(limit: number): Promise<number>;
}
