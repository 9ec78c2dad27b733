import type { KeyDerivation } from './key-derivation';

/** The hash is well-formed: `$2b$…`. */
export interface Comparison {
  text: string;
  hash: string;
}

/** Runs bcrypt. It receives digests and hashes, but no peppers or usernames. */
export abstract class BcryptRunner {
  /** @returns `$2b$…`, 60 characters. */
  abstract hash(text: string, cost: number): Promise<string>;

  /** Compares the pairs in order until one matches. @returns whether one did. */
  abstract compare(comparisons: Comparison[]): Promise<boolean>;

  /** Derives a key for comparison with another system's hash. @returns base64 */
  abstract derive(text: string, how: KeyDerivation): Promise<string>;
}
