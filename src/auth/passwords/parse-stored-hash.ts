import { importedHash } from './imported-hash';
import { excessOf, LEAST_COST_OF_BOUND } from './key-derivation';
import type { BcryptHash, StoredHash } from './stored-hash';
import { nameOf } from './unknown-hash';

/** More than any hash that fits the column. */
const LONGEST = 1_024;
/** bcrypt's minimum. */
const LOWEST_COST = 4;
/** Cost 18 takes 15 s of a core: a single row could block all other log-ins. */
const HIGHEST_COST = 17;
const OURS = /^(\{hmac-sha384(?::[0-9a-f]{12})?\})(\$2b\$\d\d\$[./A-Za-z0-9]{53})$/;

/**
 * @param ourCost BCRYPT_COST. PBKDF2 and scrypt hashes that take too long by comparison are `unknown`.
 */
export function parseStoredHash(stored: string, ourCost = LEAST_COST_OF_BOUND): StoredHash {
  if (stored.length > LONGEST) return { kind: 'unknown', what: 'longer than any hash' };
  const text = unwrapped(stored);
  const [, scheme, hash] = OURS.exec(text) ?? [];
  const found = scheme === undefined ? importedHash(text) : ownHash(scheme, hash);
  if (found === null) return { kind: 'unknown', what: nameOf(text) };
  if (found.kind === 'derived') {
    const excess = excessOf(found.how, ourCost);
    return excess === null ? found : { kind: 'unknown', what: `hashes of ${excess}` };
  }
  if (found.kind !== 'bcrypt' || (found.cost >= LOWEST_COST && found.cost <= HIGHEST_COST)) return found;
  const limit = found.cost < LOWEST_COST ? `below ${LOWEST_COST}` : `above ${HIGHEST_COST}`;
  return { kind: 'unknown', what: `bcrypt hashes of a cost ${limit}` };
}

/**
 * Removes what files and databases add to a hash: padding, line ends, Python's `b'…'`, PostgreSQL's `\x…` for
 * bytes, and the bcrypt prefix of LDAP, Spring or Dovecot.
 */
export function unwrapped(stored: string): string {
  let text = stored;
  // They can nest, such as PostgreSQL's bytes of a padded text.
  for (let depth = 0; depth < 4; depth++) {
    const before = text;
    text = text.replaceAll('\0', ' ').trim();
    const [, , inner] = /^b(['"])([^'"]*)\1$/.exec(text) ?? [];
    if (inner !== undefined) text = inner;
    const [, hex] = /^\\x((?:[0-9a-f]{2})+)$/i.exec(text) ?? [];
    if (hex !== undefined) text = Buffer.from(hex, 'hex').toString('latin1');
    text = text.replace(/^\{(?:bcrypt|CRYPT|BLF-CRYPT)\}(?=\$2)/i, '');
    if (text === before) break;
  }
  return text;
}

/** See PasswordDigest. */
function ownHash(scheme: string, hash: string): BcryptHash {
  const textOf = (digest: string) => digest;
  return { kind: 'bcrypt', hash, cost: Number(hash.slice(4, 6)), scheme, textOf, readsAllBelow: Infinity };
}
