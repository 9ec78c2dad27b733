import { Injectable, Logger, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import { fieldsOf } from '../http/fields-of';
import { isSafeMethod } from '../http/page-request';
import { Settings } from '../options/settings';
import { RememberCookie } from '../sessions/remember-cookie';
import { hasSession } from '../sessions/session-service';
import type { RequestContext } from '../http/request-context';
import { Signer } from '../sessions/signer';
import { AllowedOrigins } from './allowed-origins';
import { CrossOriginRequest } from './access-errors';

const PURPOSE = 'csrf token';

/** Proves that a form came from our own page, for clients that send neither Sec-Fetch-Site nor Origin. */
@Injectable()
export class CsrfToken {
  /** By session ID. Cached because every page has a log-out form and needs a token. */
  private readonly tokens: LRUCache<string, string> | undefined;

  constructor(
    private readonly signer: Signer,
    { sessionCache }: Settings,
  ) {
    if (sessionCache > 0) this.tokens = new LRUCache({ max: sessionCache });
  }

  /** Bound to the session ID, which changes at log-in. Undefined without a session. */
  of(request: RequestContext): string | undefined {
    if (!hasSession(request)) return undefined;
    const { sessionID } = request;
    const token = this.tokens?.get(sessionID) ?? this.signer.sign(PURPOSE, sessionID);
    this.tokens?.set(sessionID, token);
    return token;
  }

  matches(request: RequestContext, token: unknown): boolean {
    return (
      typeof token === 'string' &&
      hasSession(request) &&
      this.signer.verify(PURPOSE, request.sessionID, token)
    );
  }
}

/** Forms send the token in a field, API clients in a header. */
const TOKEN_FIELD = '_csrf';
export const TOKEN_HEADER = 'X-CSRF-Token';

const UNPROVEN =
  'Nothing was changed: this request does not show that it comes from our own pages. Reload the page and try again; a client of the API sends the token of its session as X-CSRF-Token.';

const API_ALONE =
  'Nothing was changed: this origin may call the API, but it may not use pages or send forms.';

/** `https://`, the longest host name (RFC 1035) and a port. */
const LONGEST_ORIGIN = 270;
/** Attackers can invent origins: do not let them flood the log. */
const MOST_LOGGED = 20;

/**
 * Refuses state changes that another site triggers (CSRF), including log-in and log-out (ASVS 5.0: 3.5.1).
 *
 * 1. If the browser sends `Sec-Fetch-Site`, it decides: scripts cannot set it.
 * 2. Else `Origin` decides. It must match BASE_URL, not Host, which a proxy may forward unchecked.
 * 3. Without both, the client is no browser, or one that hides both headers. An attacker can only misuse a
 *    live session or a remembered device, so such a request needs a token bound to its session. A stale
 *    cookie needs no token; otherwise a client with a cookie jar could never log in again.
 *
 * The origins of ORIGINS may call the API besides: `AllowedOrigins` decides about them.
 */
@Injectable()
export class SameOriginMiddleware implements NestMiddleware {
  private readonly logger = new Logger(SameOriginMiddleware.name);
  private readonly loggedOrigins = new Set<string>();
  private readonly ownOrigin: string;

  constructor(
    settings: Settings,
    private readonly token: CsrfToken,
    private readonly rememberCookie: RememberCookie,
    private readonly origins: AllowedOrigins,
  ) {
    this.ownOrigin = settings.origin;
  }

  use(request: Request, response: Response, next: NextFunction): void {
    // No browser adds `Authorization: Bearer` by itself, so another site cannot misuse it.
    if (!isSafeMethod(request.method) && !request.isBearer) this.check(request);
    Reflect.deleteProperty(fieldsOf(request.body), TOKEN_FIELD); // handlers see only their own fields

    // A function, so that pages without a form compute no token. V8 would pretenure a getter and keep the
    // request alive.
    let token: string | undefined;
    response.locals.csrfToken = () => (token ??= this.token.of(request));
    next();
  }

  /** @throws CrossOriginRequest */
  private check(request: Request): void {
    const site = request.get('sec-fetch-site');
    if (site === 'same-origin' || site === 'none' || this.origins.admit(request)) return;
    if (this.origins.areOriginOf(request)) throw new CrossOriginRequest(API_ALONE);
    if (site !== undefined) throw new CrossOriginRequest();

    const origin = request.get('origin');
    if (origin === this.ownOrigin) return;
    if (origin !== undefined) throw this.refusalOf(origin);

    if (!hasSession(request) && !this.rememberCookie.isGood(request)) return;
    const token = request.get(TOKEN_HEADER) ?? fieldsOf(request.body)[TOKEN_FIELD];
    if (!this.token.matches(request, token)) {
      throw new CrossOriginRequest(UNPROVEN);
    }
  }

  /** Names the origin: the cause may be another site, or a wrong BASE_URL. */
  private refusalOf(sent: string): CrossOriginRequest {
    const origin = sent.length <= LONGEST_ORIGIN && URL.canParse(sent) ? new URL(sent).origin : 'null';
    if (origin === 'null') return new CrossOriginRequest();
    if (this.loggedOrigins.size < MOST_LOGGED && !this.loggedOrigins.has(origin)) {
      this.loggedOrigins.add(origin);
      this.logger.warn(
        `Refused a change that came from ${origin}: BASE_URL is ${this.ownOrigin}. If people open this site at ${origin}, set BASE_URL to it`,
      );
    }
    return new CrossOriginRequest(
      `Nothing was changed: this request came from ${origin}, but the address of this site is ${this.ownOrigin}. Open it there and try again.`,
    );
  }
}
