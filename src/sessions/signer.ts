import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../options/settings';

/** Signs with the first of SESSION_SECRET and verifies with all. Each purpose has its own keys. */
@Injectable()
export class Signer {
  private readonly keys = new Map<string, Buffer[]>();

  constructor(private readonly settings: Settings) {}

  /** @returns HMAC-SHA-256 as base64url, 43 characters. */
  sign(purpose: string, text: string): string {
    return mac(this.keysFor(purpose)[0], text).toString('base64url');
  }

  /** One signature per SESSION_SECRET, to look up a value that any of them has signed. */
  signatures(purpose: string, text: string): string[] {
    return this.keysFor(purpose).map((key) => mac(key, text).toString('base64url'));
  }

  /** Compares in constant time. */
  verify(purpose: string, text: string, signature: string): boolean {
    // Compare as text: base64url has spare bits at the end, so several texts decode to the same bytes.
    const given = Buffer.from(signature);
    return this.keysFor(purpose).some((key) => {
      const expected = Buffer.from(mac(key, text).toString('base64url'));
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  }

  /** Secrets for another signer: one per SESSION_SECRET, 43 characters, invalid for any other purpose. */
  secretsFor(purpose: string): string[] {
    return this.keysFor(purpose).map((key) => key.toString('base64url'));
  }

  private keysFor(purpose: string): Buffer[] {
    let keys = this.keys.get(purpose);
    if (!keys) {
      keys = this.settings.sessionSecrets.map((secret) => mac(secret, `latchkey ${purpose}`));
      this.keys.set(purpose, keys);
    }
    return keys;
  }
}

function mac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
