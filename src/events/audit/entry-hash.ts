import { createHash } from 'node:crypto';
import type { AuditEntry } from './audit-entry.entity';

/**
 * SHA-256 over all that an entry holds, its place and the hash of the one before included. The form is a JSON array in
 * this order, in which no value can pass for two or for its neighbour.
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
