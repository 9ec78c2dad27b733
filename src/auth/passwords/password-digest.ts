import { createHmac } from 'node:crypto';
import { canonicalPassword } from './canonical-password';

/** Keeps the digests of passwords without a pepper apart from SHA-384 lists of other sites; it is no secret. */
const DOMAIN = 'latchkey password';

/**
 * What bcrypt is given in a password's place: base64(HMAC-SHA-384(pepper, NFC password)), 64 characters without NUL, so
 * that neither bcrypt's 72-byte limit nor its C string end cuts a password short.
 */
export class PasswordDigest {
  /** Stands before the stored hash: how it was made, and by a fingerprint with which pepper; never the pepper. */
  readonly scheme: string;

  /** @param pepper a secret that is not in the database; none: the digest is keyed by a name that everyone can read. */
  constructor(private readonly pepper?: string) {
    this.scheme = pepper === undefined ? '{hmac-sha384}' : `{hmac-sha384:${fingerprint(pepper)}}`;
  }

  of(password: string): string {
    return createHmac('sha384', this.pepper ?? DOMAIN)
      .update(canonicalPassword(password), 'utf8')
      .digest('base64');
  }
}

/** 12 hexadecimal digits, of another hash function than the digests, which it therefore says nothing about. */
function fingerprint(pepper: string): string {
  return createHmac('sha256', pepper).update('latchkey pepper').digest('hex').slice(0, 12);
}
