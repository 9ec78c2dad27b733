import { Injectable } from '@nestjs/common';
import { isTooLong, normalForm } from '../../http/text/normal-form';
import { Settings } from '../../options/settings';
import { canonicalPassword, LONGEST_PASSWORD } from './password-digest';
import type { GuessabilityScore } from './guessability';
import { HashingQueue } from './hashing-queue';
import { PasswordRunner } from './password-runner';

/** Shorter names occur in too many words by chance. */
const SHORTEST_NAME = 3;
/** A million guesses: every common password takes fewer. */
const LEAST_SCORE = 2;
/** No password list has entries of this length, and the time of an estimate grows quadratically. */
const BEYOND_GUESSING = 64;
/** The maximum length of an e-mail address; usernames are shorter. Ignore longer input. */
const LONGEST_WORD = 254;

const TOO_LONG = `Use at most ${LONGEST_PASSWORD} characters.`;

export interface PasswordStrength {
  score: GuessabilityScore;
  /** Messages for the user. Empty if the password is acceptable. */
  objections: string[];
}

/**
 * Rules for new passwords: long enough, valid Unicode and not easy to guess, without composition rules (NIST
 * SP 800-63B, 3.1.1.2; ASVS 5.0: 6.2.4, 6.2.5, 6.2.11). Length counts code points, so that an emoji is one
 * character.
 */
@Injectable()
export class PasswordPolicy {
  private readonly minLength: number;
  private readonly appName: string;

  constructor(
    settings: Settings,
    private readonly queue: HashingQueue,
    private readonly runner: PasswordRunner,
  ) {
    this.minLength = settings.passwordMinLength;
    this.appName = settings.appName;
  }

  /**
   * Never call it in a database transaction: an estimate waits its turn behind hashes.
   * @param words the user's name and e-mail address, which attackers try first.
   * @returns messages for the user. Empty if the password is acceptable.
   * @throws Overloaded if the hashing queue is full.
   */
  async objections(password: string, words: (string | null)[] = []): Promise<string[]> {
    return (await this.strength(password, words)).objections;
  }

  /** Also rates the password. As `objections`. */
  async strength(password: string, words: (string | null)[] = []): Promise<PasswordStrength> {
    if (isTooLong(password, LONGEST_PASSWORD)) return { score: 0, objections: [TOO_LONG] };
    const canonical = canonicalPassword(password);
    const length = Array.from(canonical).length;
    const unfit = this.unfit(password, length);
    if (unfit !== null) return { score: 0, objections: [unfit] };

    const known = [this.appName, ...words].filter(isWord).map(folded);
    const searched = folded(password);
    if (known.some((word) => word.length >= SHORTEST_NAME && searched.includes(word))) {
      return { score: 0, objections: ['Leave out your name and the name of this application.'] };
    }
    const score = length < BEYOND_GUESSING ? await this.estimate(canonical, known) : 4;
    if (score >= LEAST_SCORE) return { score, objections: [] };
    return { score, objections: ['This is too easy to guess. A few unrelated words make a good password.'] };
  }

  /**
   * Queues with the hashes: it takes a core as they do, and every hash passes the event loop that it blocks.
   * Without a turn, a flood of estimates (or of invalid forms, which no throttle counts) would delay all
   * log-ins.
   */
  private estimate(password: string, words: string[]): Promise<GuessabilityScore> {
    return this.queue.run(() => this.runner.estimate(password, words));
  }

  private unfit(password: string, length: number): string | null {
    if (password.trim() === '') return 'This field is required.';
    // UTF-8 maps all lone surrogates to the same replacement character: different passwords would match.
    if (/\p{Cs}/u.test(password)) return 'Use only valid Unicode characters.';
    if (length < this.minLength) return `Use at least ${this.minLength} characters.`;
    if (length > LONGEST_PASSWORD) return TOO_LONG;
    return null;
  }
}

const isWord = (word: string | null): word is string => word !== null && word.length <= LONGEST_WORD;

function folded(text: string): string {
  return normalForm(text, 'NFKC').trim().toLowerCase();
}
