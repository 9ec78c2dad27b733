import { isResourceId } from '../../http/resource-id';
import type { SecurityEvent } from '../bus/security-event';
import type { NewEntry } from './audit-entry.entity';

/**
 * An application's own events can contain any values. Truncates or drops those that do not fit their column,
 * so that one event cannot block the queue. The details are stored unchanged.
 * @param times how many equal events the entry represents.
 */
export function newEntry(event: SecurityEvent, times = 1): NewEntry {
  const details = event.details as { userId?: unknown; sessionIdHash?: unknown };
  return {
    name: event.name.slice(0, 64),
    at: Number.isSafeInteger(event.at) ? event.at : 0,
    userId: idOf(details.userId),
    actorId: idOf(event.actorId),
    // The affected session, or else the actor's.
    sessionIdHash: textOf(details.sessionIdHash ?? event.sessionIdHash, 43),
    requestId: textOf(event.requestId, 36),
    ip: textOf(event.ip, 45),
    userAgent: textOf(event.userAgent, 255),
    details: jsonOf(times > 1 ? { ...details, times } : details),
  };
}

/** Replaces an entry that the database rejects. */
export function replacementOf({ at, name }: NewEntry): NewEntry {
  const details = { name } as never;
  const event = { name: 'audit.entryReplaced', at, details } as Partial<SecurityEvent>;
  return newEntry(event as SecurityEvent);
}

const idOf = (value: unknown): number | null => (isResourceId(value) ? value : null);

/** Drops NUL, which PostgreSQL cannot store. */
const textOf = (value: unknown, longest: number): string | null =>
  typeof value === 'string' ? value.replaceAll('\0', '').slice(0, longest) : null;

function jsonOf(details: object): string {
  try {
    return JSON.stringify(details);
  } catch {
    return '{}'; // a BigInt or a circular reference
  }
}
