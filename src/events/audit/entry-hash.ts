import { createHash } from 'node:crypto';
import type { AuditEntry } from './audit-entry.entity';

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
