import type { KeyDerivation } from './key-derivation';

/** Where passwords are hashed. It is given digests and hashes, no peppers and no names. */
export abstract class BcryptRunner {
  /** @returns `$2b$…`, 60 characters. */
  abstract hash(text: string, cost: number): Promise<string>;

  /** @param hash `$2b$…`, well-formed. */
  abstract compare(text: string, hash: string): Promise<boolean>;

  /** Derives the key of another system's hash. @returns base64 */
  abstract derive(text: string, how: KeyDerivation): Promise<string>;
}
