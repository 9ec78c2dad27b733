import { Injectable } from '@nestjs/common';
import { Clock } from '../options/clock';
import { Signer } from './signer';

/**
 * Cookies that clients can read but not alter: base64url JSON, a dot, seconds since 1970, a dot, an HMAC over
 * both and the cookie's name. They are not encrypted, and a client can replay an old one until it expires.
 */
@Injectable()
export class SignedCookies {
  constructor(
    private readonly signer: Signer,
    private readonly clock: Clock,
  ) {}

  seal(name: string, value: unknown): string {
    const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${payload}.${Math.floor(this.clock.now() / 1000)}`;
    return `${signed}.${this.signer.sign(`cookie ${name}`, signed)}`;
  }

  /**
   * @returns the value, or undefined if it was altered, is older than `maxAge` milliseconds or from the
   * future.
   */
  open(name: string, text: string | undefined, maxAge: number): unknown {
    const [, signed, payload, seconds, signature] =
      /^(([\w-]+)\.(\d{1,12}))\.([\w-]{43})$/.exec(text ?? '') ?? [];
    if (!signed || !payload || !signature) return undefined;
    if (!this.signer.verify(`cookie ${name}`, signed, signature)) return undefined;
    if (!this.clock.isWithinLast(maxAge, Number(seconds) * 1000)) return undefined;

    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown;
  }
}
