import { createHash } from 'node:crypto';

/** SHA-256 of a session ID, base64url, 43 characters. Stores, events and logs never contain the ID itself. */
export function hashOfSessionId(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
