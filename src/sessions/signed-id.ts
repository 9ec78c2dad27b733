import { sign, unsign } from 'cookie-signature';

const SIGNED_ID = /^s:([\w-]{43}\.[\w+/]{43})$/;

/** A session ID as in express-session's cookie. */
export const signedId = (id: string, secret: string): string => `s:${sign(id, secret)}`;

/** @returns the ID, or undefined if none of the secrets signed it. */
export function verifiedId(text: string | undefined, secrets: string[]): string | undefined {
  const [, signed] = SIGNED_ID.exec(text ?? '') ?? [];
  if (!signed) return undefined;
  return secrets.map((secret) => unsign(signed, secret)).find((id) => id !== false);
}
