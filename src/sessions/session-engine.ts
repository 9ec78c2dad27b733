import type { END_REASONS } from '../http/end-reasons';

/** What a session holds: JSON, by key. */
export type SessionValues = Record<string, unknown>;

/** Why a session ended: by its user, its owner or policy, or by time. `rotated`: it goes on under a new ID. */
export type EndReason = (typeof END_REASONS)[number] | 'rotated';

export interface LoadedSession {
  readonly idHash: string;
  readonly values: SessionValues;
  /** Another number after each write. */
  readonly version: number;
  /** Milliseconds since 1970, as all times here. */
  readonly lastSeenAt: number;
  /** When it is over unless it is used before. */
  readonly expiresAt: number;
  /**
   * The user that it belongs to, without the password hash, as an engine reads it along with the session. Null where there is
   * no such user; undefined from an engine that does not read users.
   */
  readonly account?: object | null;
}

/** Where a session was started from, as far as it is known. */
export interface Origin {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** What names a session: to its owner, to its device, and to us. */
interface NamedSession {
  readonly idHash: string;
  /** Random, 128 bits, base64url; opens nothing. */
  readonly publicId: string;
  readonly familyId: string | null;
}

/** A live session as its owner may see it. */
export interface ListedSession extends NamedSession, Origin {
  readonly createdAt: number;
  readonly lastSeenAt: number;
}

/** A session that is over. */
export interface EndedSession extends NamedSession {
  readonly userId: number | null;
  readonly reason: EndReason;
}

/** Which live sessions to end: one, or those of a user or of a remembered device. */
export type EndTarget = ({ idHash: string } | (({ userId: number } | { familyId: string }) & Exceptions)) & {
  /**
   * Only those that were started under this security version of their user (`values.securityVersion`, 1 where it is
   * missing) or a lower one: who asks for it may have lost the account meanwhile.
   */
  upToVersion?: number;
};

interface Exceptions {
  exceptIdHash?: string;
  /** How many of the others stay: those that were created last. */
  keepNewest?: number;
}

/** Which sessions may have run out: some that are asked about, or any, at most `limit`. */
export type ExpiryBatch = { idHashes: string[] } | { limit: number };

/** Provide an engine of your own under this token, in a global module, and it takes the place of ours. */
export const SESSION_ENGINE = Symbol('the session engine of the application');

/**
 * Where sessions live. A port: every method takes the hash of an ID, never the ID itself. A method that cannot do its
 * work rejects with `SessionStoreAway`; it never answers as if there were no session. `sessionEngineContract` holds an engine to all of this.
 *
 * Creating and committing are different acts, so that no write in flight can bring back a session that has ended; and
 * a commit merges what it changed into what is stored, so that parallel requests lose nothing (see `mergeValues`).
 */
export abstract class SessionEngine {
  /** @returns the live session, or null when it is unknown, ended or expired. */
  abstract load(idHash: string): Promise<LoadedSession | null>;

  /** @throws SessionTooLarge for values beyond SESSION_MAX_SIZE; nothing is stored then. */
  abstract create(idHash: string, values: SessionValues, origin?: Origin): Promise<LoadedSession>;

  /**
   * @param base what the values were made from; a version of it that was never stored means that others wrote meanwhile.
   * @returns what is stored now, or null when the session has ended meanwhile and nothing was written.
   * @throws SessionTooLarge when what would be stored, merged, is beyond SESSION_MAX_SIZE; what was stored stays.
   */
  abstract commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null>;

  /** Notes that the session was used and moves its idle timeout. */
  abstract touch(idHash: string): Promise<void>;

  /**
   * Durable when it resolves. One that has run out unnoticed ends as `idle` or `absolute`, whatever the reason here.
   * @returns the sessions that have ended now.
   */
  abstract end(target: EndTarget, reason: EndReason): Promise<EndedSession[]>;

  /**
   * Ends sessions whose time is over, as `idle` or `absolute`: they stay ended when a clock is set back.
   * @returns those that have ended now.
   */
  abstract expire(batch: ExpiryBatch): Promise<EndedSession[]>;

  /** @returns those of these sessions that have ended, for a day and more after it. */
  abstract ended(idHashes: string[]): Promise<EndedSession[]>;

  /** Notes that its user is told why this session ended. @returns true to one caller only. */
  abstract markNotified(idHash: string): Promise<boolean>;

  /** The live sessions of a user, the one used last first. */
  abstract list(userId: number): Promise<ListedSession[]>;

  /** Deletes what ended more than a day ago. @returns how many, at most `limit`. */
  abstract purge(limit: number): Promise<number>;

  /** Whether it can be read and written now; says so within 2 s. */
  abstract ping(): Promise<boolean>;
}
