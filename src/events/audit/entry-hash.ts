import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Signer } from '../../sessions/signer';
import type { AuditEntry } from './audit-entry.entity';
import type { AuditHead } from './audit-head.entity';

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
    return this.signer.sign(PURPOSE, textOf(head));
  }

  verify(head: AuditHead): boolean {
    if (head.lastId === 0) return head.seal === '' && head.anchorId === 0;
    return this.signer.verify(PURPOSE, textOf(head), head.seal);
  }
}

const textOf = ({ anchorId, anchorHash, lastId, lastHash }: AuditHead): string =>
  JSON.stringify([anchorId, anchorHash, lastId, lastHash]);
