/** What a session holds: JSON, by key. */
export type SessionValues = Record<string, unknown>;

/** Why a session ended before its time. `rotated`: it goes on under a new ID. */
export type EndReason = 'logged_out' | 'rotated' | 'user_deleted';

export interface LoadedSession {
  readonly idHash: string;
  readonly values: SessionValues;
  readonly version: number;
  /** Milliseconds since 1970, as all times here. */
  readonly lastSeenAt: number;
}

/** Which live sessions to end: one by its hash, or all of a user. */
export type EndTarget = { idHash: string } | { userId: number };

/**
 * Where sessions live. A port: every method takes the hash of an ID, never the ID itself.
 *
 * Creating and committing are different acts, so that no write in flight can bring back a session that has ended; and
 * a commit merges what it changed into what is stored, so that parallel requests lose nothing (see `mergeValues`).
 */
export abstract class SessionEngine {
  /** @returns the live session, or null when it is unknown, ended or expired. */
  abstract load(idHash: string): Promise<LoadedSession | null>;

  abstract create(idHash: string, values: SessionValues): Promise<LoadedSession>;

  /** @returns what is stored now, or null when the session has ended meanwhile and nothing was written. */
  abstract commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null>;

  /** Notes that the session was used and moves its idle time-out. */
  abstract slide(idHash: string): Promise<void>;

  /** @returns how many sessions were live and have ended now. */
  abstract end(target: EndTarget, reason: EndReason): Promise<number>;

  /** Deletes rows that nobody needs any more. @returns how many, at most `limit`. */
  abstract purge(limit: number): Promise<number>;
}
