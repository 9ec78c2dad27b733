import type { KeyDerivation } from './key-derivation';

/** A text and a well-formed hash, `$2b$…`. */
export interface Comparison {
  text: string;
  hash: string;
}

/** Where passwords are hashed. It is given digests and hashes, no peppers and no names. */
export abstract class BcryptRunner {
  /** @returns `$2b$…`, 60 characters. */
  abstract hash(text: string, cost: number): Promise<string>;

  /** Compares one pair after the other, until one matches. @returns whether one did. */
  abstract compare(comparisons: Comparison[]): Promise<boolean>;

  /** Derives the key of another system's hash. @returns base64 */
  abstract derive(text: string, how: KeyDerivation): Promise<string>;
}
