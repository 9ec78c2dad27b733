import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import { Settings } from '../../options/settings';
import { cookieOptions } from '../../sessions/cookie-options';
import { SignedCookies } from '../../sessions/signed-cookies';

export const COUNTER_COOKIE = 'session';
const MAX_AGE = 31 * 86_400_000;

/** The chapter's counter: all of it is in the cookie, readable by anyone, altered by nobody. */
@Injectable()
export class CounterCookie {
  constructor(
    private readonly settings: Settings,
    private readonly cookies: SignedCookies,
  ) {}

  /** @returns the count, or null when there is none: no cookie, an altered one, or one that holds no whole number. */
  read(request: Request): number | null {
    const value = this.cookies.open(COUNTER_COOKIE, this.textOf(request), MAX_AGE);
    const { count } = (value ?? {}) as { count?: unknown };
    return Number.isSafeInteger(count) ? (count as number) : null;
  }

  /** The cookie as it travelled, verified or not. */
  textOf(request: Request): string | undefined {
    return parseCookie(request.headers.cookie ?? '')[COUNTER_COOKIE];
  }

  write(response: Response, count: number): void {
    // No expiry: it ends with the browser, and with the age that its own timestamp tells.
    response.cookie(
      COUNTER_COOKIE,
      this.cookies.seal(COUNTER_COOKIE, { count }),
      cookieOptions(this.settings),
    );
  }

  clear(response: Response): void {
    response.clearCookie(COUNTER_COOKIE, cookieOptions(this.settings));
  }
}
