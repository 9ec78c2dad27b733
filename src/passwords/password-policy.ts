import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings';

const MAX_LENGTH = 128;

/**
 * What a new password must be like: long enough and storable, with no rules of composition (NIST SP 800-63B, 3.1.1.2).
 * Length counts code points, so that an emoji is one character.
 */
@Injectable()
export class PasswordPolicy {
  private readonly minLength: number;

  constructor(settings: Settings) {
    this.minLength = settings.passwordMinLength;
  }

  /** @returns the reasons against this password, for its owner to read; none when it is good. */
  objections(password: string): string[] {
    if (password.trim() === '') return ['This field is required.'];
    // Lone surrogates all become the same replacement character in UTF-8: different passwords would match.
    if (/\p{Cs}/u.test(password)) return ['Use only valid Unicode characters.'];
    const length = Array.from(password.normalize('NFC')).length;
    if (length < this.minLength) return [`Use at least ${this.minLength} characters.`];
    if (length > MAX_LENGTH) return [`Use at most ${MAX_LENGTH} characters.`];
    return [];
  }
}
