import { randomFillSync } from 'node:crypto';
import { sign, unsign } from 'cookie-signature';

const LENGTH = 32;
const pool = Buffer.alloc(LENGTH * 128);
let next = pool.length;

/**
 * 256 bits from the system's generator (ASVS 5.0: 7.2.3), base64url, 43 characters. It fetches random bytes
 * for many IDs at once, as Node does for UUIDs: every guest's request needs an ID, and one fetch each would
 * take a twentieth of the time of a page.
 */
export function newSessionId(): string {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const end = next + LENGTH;
  const id = pool.toString('base64url', next, end);
  pool.fill(0, next, end); // wipe: memory must not reveal IDs in use
  next = end;
  return id;
}

const SIGNED_ID = /^s:([\w-]{43}\.[\w+/]{43})$/;

/** A session ID as in express-session's cookie. */
export const signedId = (id: string, secret: string): string => `s:${sign(id, secret)}`;

/** @returns the ID, or undefined if none of the secrets signed it. */
export function verifiedId(text: string | undefined, secrets: string[]): string | undefined {
  const [, signed] = SIGNED_ID.exec(text ?? '') ?? [];
  if (!signed) return undefined;
  for (const secret of secrets) {
    const id = unsign(signed, secret);
    if (id !== false) return id;
  }
  return undefined;
}
