import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNED_ID = /^s:([\w-]{43})\.[\w+/]{43}$/;

/**
 * A session ID as in express-session's cookie: `s:`, the ID, a dot, HMAC-SHA-256 in base64 without padding.
 */
export function signedId(id: string, secret: string): string {
  const mac = createHmac('sha256', secret).update(id).digest('base64');
  return `s:${id}.${mac.replace('=', '')}`;
}

/** @returns the ID, or undefined if none of the secrets signed it. Compares in constant time. */
export function verifiedId(text: string | undefined, secrets: string[]): string | undefined {
  const [given, id] = SIGNED_ID.exec(text ?? '') ?? [];
  if (!given || !id) return undefined;
  const isOurs = secrets.some((secret) =>
    timingSafeEqual(Buffer.from(given), Buffer.from(signedId(id, secret))),
  );
  return isOurs ? id : undefined;
}
