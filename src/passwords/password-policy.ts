import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings';
import { isGuessable } from './guessability';

const MAX_LENGTH = 128;
const APPLICATION = 'latchkey';
/** A shorter name stands in too many words by chance. */
const SHORTEST_NAME = 3;
/** No list of passwords reaches so far, and an estimate takes time that grows with the square of the length. */
const BEYOND_GUESSING = 64;

/**
 * What a new password must be like: long enough, storable and not among the first that are tried, with no rules of
 * composition (NIST SP 800-63B, 3.1.1.2; ASVS 5.0: 6.2.4, 6.2.5, 6.2.11). Length counts code points, so that an emoji is
 * one character.
 */
@Injectable()
export class PasswordPolicy {
  private readonly minLength: number;

  constructor(settings: Settings) {
    this.minLength = settings.passwordMinLength;
  }

  /**
   * @param words what is known of its owner: the name, the e-mail address.
   * @returns the reasons against this password, for its owner to read; none when it is good.
   */
  objections(password: string, words: (string | null)[] = []): string[] {
    if (password.trim() === '') return ['This field is required.'];
    // Lone surrogates all become the same replacement character in UTF-8: different passwords would match.
    if (/\p{Cs}/u.test(password)) return ['Use only valid Unicode characters.'];
    const length = Array.from(password.normalize('NFC')).length;
    if (length < this.minLength) return [`Use at least ${this.minLength} characters.`];
    if (length > MAX_LENGTH) return [`Use at most ${MAX_LENGTH} characters.`];

    const known = [APPLICATION, ...words].filter((word) => word !== null).map(folded);
    if (known.some((word) => word.length >= SHORTEST_NAME && folded(password).includes(word))) {
      return ['Leave out your name and the name of this application.'];
    }
    if (length < BEYOND_GUESSING && isGuessable(password, known)) {
      return ['This is too easy to guess. A few unrelated words make a good password.'];
    }
    return [];
  }
}

function folded(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
