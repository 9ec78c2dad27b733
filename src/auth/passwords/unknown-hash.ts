const BROKEN = 'cut short or damaged';

/** Log texts for unsupported hashes. They quote nothing, as the stored text could contain a password. */
const NAMES: [RegExp, string][] = [
  [/^$/, 'empty'],
  [/^!/, 'marked as unusable, as Django does it'],
  [/^(?:argon2)?\$argon2|^\{ARGON2/i, 'Argon2 hashes'],
  [/^\$(?:1|apr1)\$/, 'MD5-crypt hashes'],
  [/^\$5\$/, 'SHA-256-crypt hashes'],
  [/^\$6\$/, 'SHA-512-crypt hashes'],
  [/^\$(?:y|gy|7)\$/, 'yescrypt or scrypt hashes of crypt(3)'],
  [/^\$[PH]\$/, 'phpass hashes, as WordPress and phpBB make them'],
  [/^\$S\$/, 'Drupal 7 hashes'],
  [/^\{hmac-sha384/, `Latchkey’s own hashes, ${BROKEN}`],
  [/^(?:bcrypt\$|bcrypt_sha256\$)?\$2[abxy]?\$/, `bcrypt hashes, ${BROKEN}`],
  [/^\$bcrypt-sha256\$/, `passlib’s bcrypt-sha256 hashes, ${BROKEN}`],
  [/^\$?(?:pbkdf2|scrypt)[-_:$]/, `PBKDF2 or scrypt hashes, ${BROKEN}`],
  [/^(?:plain|md5|sha1|sha224|sha256|sha384|sha512)\$/, 'salted hashes that are too quick to compute'],
  [/^\{(?:S?SHA\d*|S?MD5|CRYPT)\}/i, 'hashes of LDAP'],
  [/^[./A-Za-z0-9]{13}$/, 'DES-crypt hashes, it seems'],
  [/^[0-9a-f]{32}$/i, 'MD5 sums'],
  [/^[0-9a-f]{40}$/i, 'SHA-1 sums'],
  [/^[0-9a-f]{64}$/i, 'SHA-256 sums'],
  [/^[0-9a-f]{128}$/i, 'SHA-512 sums'],
];

export function nameOf(text: string): string {
  return NAMES.find(([form]) => form.test(text))?.[1] ?? 'of no form that Latchkey knows';
}
