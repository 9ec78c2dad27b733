import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** From less than a thousand guesses (0) over a million (2) and a hundred millions (3) to more than 10^10 (4). */
export type GuessabilityScore = 0 | 1 | 2 | 3 | 4;

let zxcvbn: ZxcvbnFactory | undefined;

/**
 * How long it takes somebody who tries common passwords, words, names, dates, keyboard patterns and their variations
 * first. Works offline on 49,233 common passwords, which are read at the first call.
 * @param words what is known of the user: their name, their e-mail address.
 */
export function guessabilityScore(password: string, words: string[]): GuessabilityScore {
  zxcvbn ??= new ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    l33tMaxSubstitutions: 10, // of 100 by default, which take ten times as long and find hardly more
  });
  return zxcvbn.check(password, words).score;
}
