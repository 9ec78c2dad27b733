import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { isDecoratedWord } from './decorated-word';

/** From less than a thousand guesses (0) over a million (2) and a hundred millions (3) to more than 10^10 (4). */
export type GuessabilityScore = 0 | 1 | 2 | 3 | 4;

/** An estimate takes a time that grows with the square of the length: 10 ms for this one, 30 for 63. */
const LONGEST_PIECE = 40;

let zxcvbn: ZxcvbnFactory | undefined;

/** The package and its lists take 60 ms, which no start waits for: few processes ever judge a password. */
function newZxcvbn(): ZxcvbnFactory {
  const core = require('@zxcvbn-ts/core') as typeof import('@zxcvbn-ts/core');
  const { dictionary, adjacencyGraphs } =
    require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
  return new core.ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    l33tMaxSubstitutions: 10, // of 100 by default, which take ten times as long and find hardly more
  });
}

/**
 * How long it takes somebody who tries common passwords, words, names, dates, keyboard patterns and their variations
 * first. Works offline on 49,233 common passwords and the common words of 20 languages, read at the first call.
 * @param words what is known of the user: their name, their e-mail address.
 */
export function guessabilityScore(password: string, words: string[]): GuessabilityScore {
  if (isDecoratedWord(password)) return 1;
  zxcvbn ??= newZxcvbn();
  const estimate = zxcvbn;
  const scores = piecesOf(password).map((piece) => estimate.check(piece, words).score);
  return Math.max(...scores) as GuessabilityScore;
}

/** What is guessed no sooner than any of its pieces. A repetition is guessed as soon as what is repeated. */
function piecesOf(password: string): string[] {
  const period = `${password}${password}`.indexOf(password, 1);
  const once =
    period <= LONGEST_PIECE / 2 ? password.slice(0, LONGEST_PIECE - (LONGEST_PIECE % period)) : password;
  return once.length <= LONGEST_PIECE ? [once] : [once.slice(0, LONGEST_PIECE), once.slice(-LONGEST_PIECE)];
}
