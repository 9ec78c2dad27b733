import { isResourceId } from '../../http/resource-id';
import type { SecurityEvent } from '../bus/security-event';
import type { NewEntry } from './audit-entry.entity';

/**
 * Events of a company can hold anything. What does not fit its column is left out or cut, so that one event cannot keep
 * those behind it from being written; the details keep it as it was.
 * @param times how often it happened, when it stands for several.
 */
export function newEntry(event: SecurityEvent, times = 1): NewEntry {
  const details = event.details as { userId?: unknown; sessionIdHash?: unknown };
  return {
    name: event.name.slice(0, 64),
    at: Number.isSafeInteger(event.at) ? event.at : 0,
    userId: idOf(details.userId),
    actorId: idOf(event.actorId),
    // The session that the event is about, or else the one in which it happened.
    sessionIdHash: textOf(details.sessionIdHash ?? event.sessionIdHash, 43),
    requestId: textOf(event.requestId, 36),
    ip: textOf(event.ip, 45),
    userAgent: textOf(event.userAgent, 255),
    details: jsonOf(times > 1 ? { ...details, times } : details),
  };
}

/** The entry for an event that the database does not take. */
export function replacementOf({ at, name }: NewEntry): NewEntry {
  const details = { name } as never;
  const event = { name: 'audit.entryReplaced', at, details } as Partial<SecurityEvent>;
  return newEntry(event as SecurityEvent);
}

const idOf = (value: unknown): number | null => (isResourceId(value) ? value : null);

/** PostgreSQL takes no NUL. */
const textOf = (value: unknown, longest: number): string | null =>
  typeof value === 'string' ? value.replaceAll('\0', '').slice(0, longest) : null;

function jsonOf(details: object): string {
  try {
    return JSON.stringify(details);
  } catch {
    return '{}'; // a BigInt, or a circle
  }
}
