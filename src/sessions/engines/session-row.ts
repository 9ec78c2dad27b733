import { type FindOptionsWhere, Not } from 'typeorm';
import { isResourceId } from '../../http/resource-id';
import type { EndedSession, EndReason, EndTarget, Origin, SessionValues } from '../session-engine';
import { SessionTooLarge } from '../session-errors';
import type { Settings } from '../../options/settings';
import type { SessionEntity } from './session.entity';

type SessionRowNames = Pick<SessionEntity, 'idHash' | 'publicId' | 'familyId' | 'userId'>;

export const UNKNOWN_ORIGIN: Origin = { ip: null, userAgent: null };

/** The rows of a target. `matchesSecurityVersion` checks the security version. */
export function whereOf({ upToVersion: _, ...target }: EndTarget): FindOptionsWhere<SessionEntity> {
  if ('idHash' in target) return target;
  const { exceptIdHash, keepNewest: __, ...owner } = target;
  return exceptIdHash === undefined ? owner : { ...owner, idHash: Not(exceptIdHash) };
}

/** Whether a session with these values is old enough for `upToVersion`. */
export function matchesSecurityVersion({ upToVersion }: EndTarget, data: string): boolean {
  if (upToVersion === undefined) return true;
  const { securityVersion = 1 } = (parseValues(data) ?? {}) as { securityVersion?: unknown };
  return Number(securityVersion) <= upToVersion;
}

/** The user and the remembered device of a session. */
export function ownersOf({ userId, familyId }: SessionValues): Pick<SessionEntity, 'userId' | 'familyId'> {
  return {
    userId: isResourceId(userId) ? userId : null,
    familyId: typeof familyId === 'string' ? familyId : null,
  };
}

/** The columns that depend on the values. @throws SessionTooLarge */
export function columnsOf(
  values: SessionValues,
  limit: number,
): Pick<SessionEntity, 'data' | 'userId' | 'familyId'> {
  return { data: textOf(values, limit), ...ownersOf(values) };
}

/** The values as stored. @throws SessionTooLarge, before anything is written. */
export function textOf(values: SessionValues, limit: number): string {
  const text = JSON.stringify(values);
  const size = Buffer.byteLength(text);
  if (size > limit) throw new SessionTooLarge(size, limit);
  return text;
}

/** @returns the values that `columnsOf` has stored, or null for anything else. */
export function parseValues(data: string): SessionValues | null {
  try {
    const values: unknown = JSON.parse(data);
    return typeof values === 'object' && values !== null && !Array.isArray(values)
      ? (values as SessionValues)
      : null;
  } catch {
    return null;
  }
}

export function asEnded(
  { idHash, publicId, familyId, userId }: SessionRowNames,
  reason: EndReason,
): EndedSession {
  return { idHash, publicId, familyId, userId, reason };
}

/** How long an ended session is kept in milliseconds, so the user can learn why it ended. */
export const ENDED_SESSION_RETENTION_MS = 86_400_000;

/** The lifetime of a session. `idleExpiresAt` is never later than `absoluteExpiresAt`. */
export interface SessionLife {
  createdAt: number;
  lastSeenAt: number;
  idleExpiresAt: number;
  absoluteExpiresAt: number;
}

export function newLife(settings: Settings, now: number): SessionLife {
  const absoluteExpiresAt = now + settings.sessionAbsoluteTimeout;
  const idleExpiresAt = Math.min(now + settings.sessionIdleTimeout, absoluteExpiresAt);
  return { createdAt: now, lastSeenAt: now, idleExpiresAt, absoluteExpiresAt };
}

/**
 * Applies a touch. The deadline is never later than that of a new session, because the clock may have been
 * set back.
 */
export function touchedLife(settings: Settings, life: SessionLife, now: number): SessionLife {
  const fresh = newLife(settings, now);
  const absoluteExpiresAt = Math.min(life.absoluteExpiresAt, fresh.absoluteExpiresAt);
  const idleExpiresAt = Math.min(fresh.idleExpiresAt, absoluteExpiresAt);
  return { createdAt: life.createdAt, lastSeenAt: now, idleExpiresAt, absoluteExpiresAt };
}

export const isExpired = ({ idleExpiresAt }: SessionLife, now: number): boolean => idleExpiresAt <= now;

/** Which timeout came first. */
export function expiryReason({ idleExpiresAt, absoluteExpiresAt }: SessionLife): EndReason {
  return idleExpiresAt < absoluteExpiresAt ? 'idle' : 'absolute';
}
