import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** zxcvbn's "very guessable" and below: less than a million guesses. Every common password in its list is there. */
const LEAST_SCORE = 2;

let zxcvbn: ZxcvbnFactory | undefined;

/**
 * Whether somebody who tries common passwords, words, names, dates, keyboard patterns and their variations first would
 * soon come to this one. Works offline on 49,233 common passwords, which are read at the first call.
 * @param words what is known of the user: their name, their e-mail address.
 */
export function isGuessable(password: string, words: string[]): boolean {
  zxcvbn ??= new ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    l33tMaxSubstitutions: 10, // of 100 by default, which take ten times as long and find hardly more
  });
  return zxcvbn.check(password, words).score < LEAST_SCORE;
}
