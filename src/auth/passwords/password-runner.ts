import type { GuessabilityScore } from './guessability';
import type { KeyDerivation } from './key-derivation';

/** The hash is well-formed: `$2b$…`. */
export interface Comparison {
  text: string;
  hash: string;
}

/** Runs the expensive work on passwords. It receives no peppers. */
export abstract class PasswordRunner {
  /** By bcrypt. @returns `$2b$…`, 60 characters. */
  abstract hash(text: string, cost: number): Promise<string>;

  /** Compares the pairs by bcrypt, in order until one matches. @returns whether one did. */
  abstract compare(comparisons: Comparison[]): Promise<boolean>;

  /** Derives a key for comparison with another system's hash. @returns base64 */
  abstract derive(text: string, how: KeyDerivation): Promise<string>;

  /** As `guessabilityScore`. The caller limits the length, because the time grows quadratically with it. */
  abstract estimate(password: string, words: string[]): Promise<GuessabilityScore>;
}
