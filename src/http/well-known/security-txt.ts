const EXPIRES_AFTER = 180 * 86_400_000;
const DAY = 86_400_000;

/**
 * Where to tell of a vulnerability (RFC 9116). `Expires` moves with the days: it says how long what is read today may be
 * relied upon, and must be less than a year away (2.5.5).
 * @param now in milliseconds since 1970.
 */
export function securityTxt(contact: string, baseUrl: string, now: number): string {
  const expires = new Date(Math.floor((now + EXPIRES_AFTER) / DAY) * DAY).toISOString();
  return [
    `Contact: ${contact}`,
    `Expires: ${expires}`,
    'Preferred-Languages: en',
    `Canonical: ${baseUrl}/.well-known/security.txt`,
    '',
  ].join('\n');
}
