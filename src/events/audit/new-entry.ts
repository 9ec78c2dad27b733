import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isResourceId } from '../../http/resource-id';
import type { SecurityEvent } from '../bus/security-event';
import { Signer } from '../../sessions/signer';
import type { AuditEntry, NewEntry } from './audit-entry.entity';
import type { AuditHead } from './audit-head.entity';

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

/**
 * SHA-256 over all fields of an entry, including its position and the previous hash. Hashes a JSON array,
 * which is unambiguous: no value can imitate two or its neighbour.
 * @returns base64url, 43 characters.
 */
export function hashOfEntry(entry: Omit<AuditEntry, 'hash'>): string {
  const { id, name, at, userId, actorId, sessionIdHash, requestId, ip, userAgent, details, previousHash } =
    entry;
  const form = [
    id,
    name,
    at,
    userId,
    actorId,
    sessionIdHash,
    requestId,
    ip,
    userAgent,
    details,
    previousHash,
  ];
  return createHash('sha256').update(JSON.stringify(form)).digest('base64url');
}

const PURPOSE = 'audit head';

/** HMAC of the head with SESSION_SECRET. An attacker with only the database can rehash rows, not forge it. */
@Injectable()
export class HeadSeal {
  constructor(private readonly signer: Signer) {}

  /** Empty before the first entry: a migration creates the head and has no secret. */
  of(head: AuditHead): string {
    if (head.lastId === 0) return '';
    return this.signer.sign(PURPOSE, textOfHead(head));
  }

  verify(head: AuditHead): boolean {
    if (head.lastId === 0) return head.seal === '' && head.anchorId === 0;
    return this.signer.verify(PURPOSE, textOfHead(head), head.seal);
  }
}

const textOfHead = ({ anchorId, anchorHash, lastId, lastHash }: AuditHead): string =>
  JSON.stringify([anchorId, anchorHash, lastId, lastHash]);
