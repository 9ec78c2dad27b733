const EXPIRES_AFTER = 180 * 86_400_000;
const DAY = 86_400_000;

/**
 * Where to report a vulnerability (RFC 9116). `Expires` moves daily: the text is valid until then, which must
 * be less than a year away (2.5.5).
 * @param now in milliseconds since 1970.
 */
export function securityTxt(contact: string, origin: string, now: number): string {
  const expires = new Date(Math.floor((now + EXPIRES_AFTER) / DAY) * DAY).toISOString();
  return [
    `Contact: ${contact}`,
    `Expires: ${expires}`,
    'Preferred-Languages: en',
    `Canonical: ${origin}/.well-known/security.txt`,
    '',
  ].join('\n');
}
