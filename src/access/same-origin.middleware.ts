import { Injectable, Logger, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isSafeMethod } from '../http/page-request';
import { Settings } from '../options/settings';
import { RememberCookie } from '../sessions/remember-cookie';
import { hasSession } from '../sessions/session-service';
import { OtherOrigin } from './access-errors';
import { CsrfToken } from './csrf-token';

/** Where a token may travel: a form's field, or a header of the API. */
const TOKEN_FIELD = '_csrf';
const TOKEN_HEADER = 'x-csrf-token';

const UNPROVEN =
  'Nothing was changed: this request does not show that it comes from our own pages. Reload the page and try again; a client of the API sends the token of its session as X-CSRF-Token.';

/** `https://`, the longest name of a host (RFC 1035) and a port. */
const LONGEST_ORIGIN = 270;
/** Anybody can make up origins: no more of them are logged. */
const MOST_LOGGED = 20;

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
  private readonly logger = new Logger(SameOriginMiddleware.name);
  private readonly loggedOrigins = new Set<string>();

  constructor(
    private readonly settings: Settings,
    private readonly token: CsrfToken,
    private readonly rememberCookie: RememberCookie,
  ) {}

  use(request: Request, response: Response, next: NextFunction): void {
    if (!isSafeMethod(request.method)) this.check(request);
    const body = request.body as Record<string, unknown> | undefined;
    if (body) Reflect.deleteProperty(body, TOKEN_FIELD); // it has done its work: handlers see fields of their own alone

    // A function, which Handlebars calls where a view has a form. (A getter would live in V8's old generation, and keep
    // the whole request there.)
    let token: string | undefined;
    response.locals.csrfToken = () => (token ??= this.token.of(request));
    next();
  }

  /** @throws OtherOrigin */
  private check(request: Request): void {
    const site = request.get('sec-fetch-site');
    if (site === 'same-origin' || site === 'none') return;
    if (site !== undefined) throw new OtherOrigin();

    const origin = request.get('origin');
    if (origin === this.settings.baseUrl) return;
    if (origin !== undefined) throw this.refusalOf(origin);

    if (!hasSession(request) && !this.rememberCookie.isGood(request)) return;
    const body = request.body as Record<string, unknown> | undefined;
    if (!this.token.matches(request, request.get(TOKEN_HEADER) ?? body?.[TOKEN_FIELD])) {
      throw new OtherOrigin(UNPROVEN);
    }
  }

  /** It may be another site, or our own page under a name that BASE_URL does not have: both can see which. */
  private refusalOf(sent: string): OtherOrigin {
    const origin = sent.length <= LONGEST_ORIGIN && URL.canParse(sent) ? new URL(sent).origin : 'null';
    if (origin === 'null') return new OtherOrigin();
    const { baseUrl } = this.settings;
    if (this.loggedOrigins.size < MOST_LOGGED && !this.loggedOrigins.has(origin)) {
      this.loggedOrigins.add(origin);
      this.logger.warn(
        `Refused a change that came from ${origin}: BASE_URL is ${baseUrl}. If people open this site at ${origin}, set BASE_URL to it`,
      );
    }
    return new OtherOrigin(
      `Nothing was changed: this request came from ${origin}, but the address of this site is ${baseUrl}. Open it there and try again.`,
    );
  }
}
