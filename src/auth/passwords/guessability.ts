import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { isDecoratedWord } from './decorated-word';

/** Guesses needed: below 10^3 (0), from 10^6 (2), from 10^8 (3), above 10^10 (4). */
export type GuessabilityScore = 0 | 1 | 2 | 3 | 4;

/** The time of an estimate grows quadratically: 10 ms for this length, 30 ms for 63. */
const LONGEST_PIECE = 40;

let zxcvbn: ZxcvbnFactory | undefined;

/** Loading the package takes 60 ms. Do it lazily: few processes ever judge a password. */
function newZxcvbn(): ZxcvbnFactory {
  const core = require('@zxcvbn-ts/core') as typeof import('@zxcvbn-ts/core');
  const { dictionary, adjacencyGraphs } =
    require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
  return new core.ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    l33tMaxSubstitutions: 10, // default 100: ten times slower, finds hardly more
  });
}

/**
 * Estimates the guesses of an attacker who tries common passwords, words, names, dates, keyboard patterns and
 * variations first. Works offline with 49,233 common passwords and common words of 20 languages, loaded
 * lazily.
 * @param words the user's name and e-mail address.
 */
export function guessabilityScore(password: string, words: string[]): GuessabilityScore {
  if (isDecoratedWord(password)) return 1;
  zxcvbn ??= newZxcvbn();
  const estimate = zxcvbn;
  const scores = piecesOf(password).map((piece) => estimate.check(piece, words).score);
  return Math.max(...scores) as GuessabilityScore;
}

/** The password is at least as hard to guess as each piece. Repetition adds no strength, so drop it. */
function piecesOf(password: string): string[] {
  const period = `${password}${password}`.indexOf(password, 1);
  const once =
    period <= LONGEST_PIECE / 2 ? password.slice(0, LONGEST_PIECE - (LONGEST_PIECE % period)) : password;
  return once.length <= LONGEST_PIECE ? [once] : [once.slice(0, LONGEST_PIECE), once.slice(-LONGEST_PIECE)];
}
