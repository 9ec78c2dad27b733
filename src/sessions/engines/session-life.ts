import type { Settings } from '../../options/settings';
import type { EndReason } from '../session-engine';

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
