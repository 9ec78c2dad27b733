import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import type { RequestContext, ResponseContext } from '../../http/request-context';
import { Settings } from '../../options/settings';
import { cookieOptions } from '../../sessions/cookies';
import { SignedCookies } from '../../sessions/signed-cookies';

export const COUNTER_COOKIE = 'session';
const MAX_AGE = 31 * 86_400_000;

/** The chapter's counter. The signed cookie contains all data: clients can read it but not alter it. */
@Injectable()
export class CounterCookie {
  constructor(
    private readonly settings: Settings,
    private readonly cookies: SignedCookies,
  ) {}

  /** @returns the count, or null without a cookie, for an altered one or if it contains no integer. */
  read(request: RequestContext): number | null {
    const value = this.cookies.open(COUNTER_COOKIE, this.textOf(request), MAX_AGE);
    const { count } = (value ?? {}) as { count?: unknown };
    return Number.isSafeInteger(count) ? (count as number) : null;
  }

  /** The received cookie, not verified. */
  textOf(request: RequestContext): string | undefined {
    return parseCookie(request.headers.cookie ?? '')[COUNTER_COOKIE];
  }

  write(response: ResponseContext, count: number): void {
    // No expiry: the cookie ends with the browser, or at MAX_AGE by its signed timestamp.
    response.cookie(
      COUNTER_COOKIE,
      this.cookies.seal(COUNTER_COOKIE, { count }),
      cookieOptions(this.settings),
    );
  }

  clear(response: ResponseContext): void {
    response.clearCookie(COUNTER_COOKIE, cookieOptions(this.settings));
  }
}
