import bcrypt from 'bcrypt';
import { compareInTurn } from './compare-in-turn';
import { guessabilityScore, type GuessabilityScore } from './guessability';
import { derive, type KeyDerivation } from './key-derivation';
import { type Comparison, PasswordRunner } from './password-runner';

/** Hashes in this process's libuv threads, and estimates in its event loop. */
export class PasswordRunnerInProcess extends PasswordRunner {
  hash(text: string, cost: number): Promise<string> {
    return bcrypt.hash(text, cost);
  }

  compare(comparisons: Comparison[]): Promise<boolean> {
    return compareInTurn(comparisons);
  }

  derive(text: string, how: KeyDerivation): Promise<string> {
    return derive(text, how);
  }

  async estimate(password: string, words: string[]): Promise<GuessabilityScore> {
    return guessabilityScore(password, words);
  }
}
