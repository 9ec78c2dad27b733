import type { SecurityEvent } from '../security-events/security-event';
import type { NewEntry } from './audit-entry.entity';

/** @param times how often it happened, when it stands for several. */
export function newEntry(event: SecurityEvent, times = 1): NewEntry {
  const { name, at, actorId, requestId, ip, userAgent } = event;
  const details = event.details as { userId?: number | null; sessionIdHash?: string };
  return {
    name,
    at,
    userId: details.userId ?? null,
    actorId: actorId ?? null,
    // Of the session that is told of, or else of the one in which it was done.
    sessionIdHash: details.sessionIdHash ?? event.sessionIdHash ?? null,
    requestId: requestId ?? null,
    ip: ip ?? null,
    userAgent: userAgent ?? null,
    details: JSON.stringify(times > 1 ? { ...details, times } : details),
  };
}
