import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isSafeMethod } from '../common/page-request';
import { Settings } from '../config/settings';
import { RememberCookie } from '../sessions/remember-cookie';
import { hasSession } from '../sessions/session-service';
import { OtherOrigin } from './access-errors';
import { CsrfToken } from './csrf-token';

/** Where a token may travel: a form's field, or a header of the API. */
const TOKEN_FIELD = '_csrf';
const TOKEN_HEADER = 'x-csrf-token';

/**
 * Refuses state changes that another site asked the browser for, log-in and log-out included (ASVS 5.0: 3.5.1).
 *
 * 1. `Sec-Fetch-Site`, which scripts cannot set, decides where it is sent.
 * 2. Else `Origin` decides, against BASE_URL and never against Host, which a proxy may pass on unchecked.
 * 3. With neither there is no browser, or one that hides both. A forger can only misuse a live session or a remembered
 *    device: such a request must carry a token bound to its session. A cookie that lets nobody in changes nothing, or a
 *    client with a cookie jar could never log in again.
 */
@Injectable()
export class SameOriginMiddleware implements NestMiddleware {
  constructor(
    private readonly settings: Settings,
    private readonly token: CsrfToken,
    private readonly rememberCookie: RememberCookie,
  ) {}

  use(request: Request, response: Response, next: NextFunction): void {
    if (!isSafeMethod(request.method) && !this.isOurs(request)) {
      throw new OtherOrigin();
    }
    const body = request.body as Record<string, unknown> | undefined;
    if (body) Reflect.deleteProperty(body, TOKEN_FIELD); // it has done its work: handlers see fields of their own alone

    // A function, which Handlebars calls where a view has a form. (A getter would live in V8's old generation, and keep
    // the whole request there.)
    let token: string | undefined;
    response.locals.csrfToken = () => (token ??= this.token.of(request));
    next();
  }

  private isOurs(request: Request): boolean {
    const site = request.get('sec-fetch-site');
    if (site !== undefined) return site === 'same-origin' || site === 'none';

    const origin = request.get('origin');
    if (origin !== undefined) return origin === this.settings.baseUrl;

    if (!hasSession(request) && !this.rememberCookie.isGood(request)) return true;
    const body = request.body as Record<string, unknown> | undefined;
    return this.token.matches(request, request.get(TOKEN_HEADER) ?? body?.[TOKEN_FIELD]);
  }
}
