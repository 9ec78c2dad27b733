import { createHmac } from 'node:crypto';
import { isTooLong, normalForm } from '../../http/text/normal-form';

/** In code points of the NFC form. */
export const LONGEST_PASSWORD = 128;

/** In UTF-16 units. Covers the longest passwords of other systems, yet is cheap to process. */
export const LONGEST_TRY = 4_096;

/** NFC, so that equivalent spellings match. Text longer than any valid password is not worth normalizing. */
export const canonicalPassword = (password: string): string =>
  isTooLong(password, LONGEST_PASSWORD) ? password : normalForm(password, 'NFC');

/** Not a secret: it only makes digests without a pepper differ from SHA-384 lists of other sites. */
const DOMAIN = 'latchkey password';

/**
 * bcrypt's input instead of the password: base64(HMAC-SHA-384(pepper, NFC password)), 64 characters without
 * NUL. Neither bcrypt's 72-byte limit nor a NUL can truncate it.
 */
export class PasswordDigest {
  /** Prefix of the stored hash: the digest's algorithm and the pepper's fingerprint, never the pepper. */
  readonly scheme: string;

  /** @param pepper a secret kept outside the database. Without it the HMAC key is a public constant. */
  constructor(private readonly pepper?: string) {
    this.scheme = pepper === undefined ? '{hmac-sha384}' : `{hmac-sha384:${fingerprint(pepper)}}`;
  }

  of(password: string): string {
    return createHmac('sha384', this.pepper ?? DOMAIN)
      .update(canonicalPassword(password), 'utf8')
      .digest('base64');
  }
}

/** 12 hex digits. A different hash function, so that it reveals nothing about the digests. */
function fingerprint(pepper: string): string {
  return createHmac('sha256', pepper).update('latchkey pepper').digest('hex').slice(0, 12);
}
