import { type KeyDerivation, roundsOf } from './key-derivation';

/** A bcrypt hash of ours or of another system. */
export interface BcryptHash {
  kind: 'bcrypt';
  /** `$2b$…`, 60 characters. */
  hash: string;
  cost: number;
  /** Our digest scheme; undefined for another system's hash. */
  scheme?: string;
  /** The input that the hash's system gives to bcrypt; null if our bcrypt cannot reproduce it. */
  textOf: (password: string) => string | null;
  /** In bytes. bcrypt has read shorter passwords in full and may have ignored the end of longer ones. */
  readsAllBelow: number;
}

export interface DerivedHash {
  kind: 'derived';
  how: KeyDerivation;
  /** Base64. */
  key: string;
}

/** No password verifies. `what` describes it in a fixed text without any part of the stored text. */
export interface UnknownHash {
  kind: 'unknown';
  what: string;
}

export type StoredHash = BcryptHash | DerivedHash | UnknownHash;

/** Roughly how many bcrypt rounds a comparison takes. */
export function workOf(stored: BcryptHash | DerivedHash): number {
  return stored.kind === 'bcrypt' ? 2 ** stored.cost : roundsOf(stored.how);
}
