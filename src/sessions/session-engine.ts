import type { END_REASONS } from '../http/end-reasons';

/** The contents of a session: JSON values by key. */
export type SessionValues = Record<string, unknown>;

/**
 * Why a session ended: its user, its owner, a policy or a timeout. `rotated`: it continues under a new ID.
 */
export type EndReason = (typeof END_REASONS)[number] | 'rotated';

export interface LoadedSession {
  readonly idHash: string;
  readonly values: SessionValues;
  /** Changes with each write. */
  readonly version: number;
  /** Milliseconds since 1970, like all times here. */
  readonly lastSeenAt: number;
  /** When it expires unless it is used before. */
  readonly expiresAt: number;
  /**
   * Its user without the password hash, if the engine reads users. Null: no such user. Undefined: the engine
   * does not read users.
   */
  readonly account?: object | null;
}

/** Where a session was started from, as far as known. */
export interface Origin {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** The identifiers of a session: internal, public, and that of its remembered device. */
interface NamedSession {
  readonly idHash: string;
  /** Random, 128 bits, base64url. It does not log in. */
  readonly publicId: string;
  readonly familyId: string | null;
}

/** A live session as its user may see it. */
export interface ListedSession extends NamedSession, Origin {
  readonly createdAt: number;
  readonly lastSeenAt: number;
}

export interface EndedSession extends NamedSession {
  readonly userId: number | null;
  readonly reason: EndReason;
}

/** Which live sessions to end: one, or those of a user or a remembered device. */
export type EndTarget = ({ idHash: string } | (({ userId: number } | { familyId: string }) & Exceptions)) & {
  /**
   * Only sessions that started under this security version of their user or a lower one
   * (`values.securityVersion`, default 1). An attacker who has lost the account meanwhile cannot end the
   * owner's newer sessions.
   */
  upToVersion?: number;
};

interface Exceptions {
  exceptIdHash?: string;
  /** How many of the remaining sessions to keep, newest first. */
  keepNewest?: number;
}

/** Which sessions to check for expiry: the given ones, or any, up to `limit`. */
export type ExpiryBatch = { idHashes: string[] } | { limit: number };

/** Provide your own engine under this token in a global module to replace the built-in one. */
export const SESSION_ENGINE = Symbol('the session engine of the application');

/**
 * The port to the session store. Every method takes the hash of an ID, never the ID itself. A method that
 * fails rejects; it never answers as if there were no session. `sessionEngineContract` tests all of this.
 *
 * Creating and committing are separate, so a late write cannot recreate a session that has ended. A commit
 * merges its changes into the stored values, so parallel requests lose nothing (see `mergeValues`).
 */
export abstract class SessionEngine {
  /** @returns the live session, or null if it is unknown, ended or expired. */
  abstract load(idHash: string): Promise<LoadedSession | null>;

  /** @throws SessionTooLarge for values beyond SESSION_MAX_SIZE; it then stores nothing. */
  abstract create(idHash: string, values: SessionValues, origin?: Origin): Promise<LoadedSession>;

  /**
   * @param base what the values started from; if its version was never stored, the engine merges.
   * @returns what is stored now, or null if the session has ended meanwhile; it then writes nothing.
   * @throws SessionTooLarge if the merged values exceed SESSION_MAX_SIZE; it then changes nothing.
   */
  abstract commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null>;

  /** Notes the last use and moves the idle timeout. */
  abstract touch(idHash: string): Promise<void>;

  /**
   * Durable when it resolves. An expired session ends as `idle` or `absolute`, whatever `reason` says.
   * @returns the sessions that it has ended.
   */
  abstract end(target: EndTarget, reason: EndReason): Promise<EndedSession[]>;

  /**
   * Ends expired sessions as `idle` or `absolute`, so they stay ended if the clock is set back.
   * @returns the sessions that it has ended.
   */
  abstract expire(batch: ExpiryBatch): Promise<EndedSession[]>;

  /** @returns which of these sessions have ended. The engine remembers them for at least a day. */
  abstract ended(idHashes: string[]): Promise<EndedSession[]>;

  /** Records that the user has been notified of the end. @returns true to one caller only. */
  abstract markNotified(idHash: string): Promise<boolean>;

  /** The live sessions of a user, most recently used first. */
  abstract list(userId: number): Promise<ListedSession[]>;

  /** Deletes up to `limit` sessions that ended more than a day ago. @returns how many. */
  abstract purge(limit: number): Promise<number>;

  /** Whether it accepts reads and writes now; answers within 2 s. */
  abstract ping(): Promise<boolean>;
}

/** The user of a new session, with the security version at the time of authentication. */
export interface SessionOwner {
  id: number;
  securityVersion: number;
}
