import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** From less than a thousand guesses (0) over a million (2) and a hundred millions (3) to more than 10^10 (4). */
export type GuessabilityScore = 0 | 1 | 2 | 3 | 4;

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
 * first. Works offline on 49,233 common passwords, which are read at the first call.
 * @param words what is known of the user: their name, their e-mail address.
 */
export function guessabilityScore(password: string, words: string[]): GuessabilityScore {
  zxcvbn ??= newZxcvbn();
  return zxcvbn.check(password, words).score;
}
