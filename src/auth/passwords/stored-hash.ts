import { type KeyDerivation, roundsOf } from './key-derivation';

/** bcrypt, by us or by another system. */
export interface BcryptHash {
  kind: 'bcrypt';
  /** `$2b$…`, 60 characters. */
  hash: string;
  cost: number;
  /** How we digested the password before; undefined for another system's hash. */
  scheme?: string;
  /** What bcrypt reads of a password in the system that made it; null where our bcrypt cannot read it that way. */
  textOf: (password: string) => string | null;
  /** A password of fewer bytes counts to its last character; of a longer one bcrypt has not read the rest. */
  readsAllBelow: number;
}

export interface DerivedHash {
  kind: 'derived';
  how: KeyDerivation;
  /** Base64. */
  key: string;
}

/** Nothing verifies against it. `what` says what it seems to be, in fixed words: no part of the stored text. */
export interface UnknownHash {
  kind: 'unknown';
  what: string;
}

export type StoredHash = BcryptHash | DerivedHash | UnknownHash;

/** About how many rounds of bcrypt it takes to compare with it. */
export function workOf(stored: BcryptHash | DerivedHash): number {
  return stored.kind === 'bcrypt' ? 2 ** stored.cost : roundsOf(stored.how);
}
