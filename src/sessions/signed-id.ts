import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNED_ID = /^s:([\w-]{43})\.[\w+/]{43}$/;

/** A session ID as express-session writes it into its cookie: `s:`, the ID, a dot, HMAC-SHA-256 in base64 unpadded. */
export function signedId(id: string, secret: string): string {
  const mac = createHmac('sha256', secret).update(id).digest('base64');
  return `s:${id}.${mac.replace('=', '')}`;
}

/** @returns the ID, or undefined when none of these secrets has signed it. Compares in constant time. */
export function verifiedId(text: string | undefined, secrets: string[]): string | undefined {
  const [given, id] = SIGNED_ID.exec(text ?? '') ?? [];
  if (!given || !id) return undefined;
  const isOurs = secrets.some((secret) =>
    timingSafeEqual(Buffer.from(given), Buffer.from(signedId(id, secret))),
  );
  return isOurs ? id : undefined;
}
