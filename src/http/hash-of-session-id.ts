import { createHash } from 'node:crypto';

/** SHA-256 of a session ID, base64url, 43 characters: the only form in which stores, events and logs know it. */
export function hashOfSessionId(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
