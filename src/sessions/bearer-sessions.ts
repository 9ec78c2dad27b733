import { BadRequestException, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { onBeforeEnd } from '../http/defer-end';
import { InvalidInput } from '../http/errors';
import type { RequestContext } from '../http/request-context';
import { isPageRoute } from '../http/routes-at';
import { Settings } from '../options/settings';
import { EngineStore } from './engine-store';
import { SessionCookie } from './session-cookie';
import { signedId, verifiedId } from './session-id';

/** Tells a bearer client its session ID whenever it is new: at log-in, password change and step-up. */
export const SESSION_ID_HEADER = 'X-Session-Id';

/** The scheme in any case (RFC 9110, 11.1), with or without a token. */
const SCHEME = /^bearer(?![^ \t])/i;
const CREDENTIALS = /^bearer +([^ ]+)$/i;
/** Of a signed ID in a cookie. A bearer token may not contain a colon (RFC 6750, 2.1). */
const PREFIX = 's:';

/**
 * Sessions of clients without cookies, such as mobile applications: they send their signed session ID as
 * `Authorization: Bearer`. All that verifies, limits and ends sessions is the same as with the cookie.
 */
@Injectable()
export class BearerSessions {
  constructor(
    private readonly settings: Settings,
    private readonly cookie: SessionCookie,
    private readonly store: EngineStore,
  ) {}

  /**
   * With this header, valid or not, no cookie of the request counts; its ID takes the place of the session cookie. Call it
   * before express-session runs. @throws BadRequestException for several headers
   */
  admit(request: Request): void {
    if (!this.settings.bearer) return;
    const { authorization = [] } = request.headersDistinct;
    if (!authorization.some((text) => SCHEME.test(text))) return;
    if (authorization.length > 1) throw new BadRequestException('Send one Authorization header.');
    delete request.headers.cookie;
    if (isPageRoute(request)) return;
    request.isBearer = true;
    const token = tokenIn(request);
    const id = token && verifiedId(PREFIX + token, this.cookie.secrets);
    if (id) request.headers.cookie = this.cookie.pairOf(id);
  }

  /**
   * Makes the client of this request one that keeps its session ID itself, and a guest. Call it before
   * `AuthService.authenticate` and `logIn` where a log-in asks for it, and put `idOf` into the body afterwards.
   * @throws InvalidInput on `session` if `bearer` is off
   */
  begin(request: RequestContext): void {
    if (!this.settings.bearer) throw new InvalidInput({ session: ['Bearer sessions are off.'] });
    request.isBearer = true;
    // The ID of a session that came by cookie must stay out of reach of scripts, also if the log-in fails.
    delete request.headers.cookie;
    this.store.begin(request);
  }

  /**
   * The signed ID of the stored session, for `Authorization: Bearer`. A secret: it belongs into no log and no URL.
   * @returns undefined without a session, for a client with cookies, and over plain HTTP if BASE_URL is https.
   */
  idOf(request: RequestContext): string | undefined {
    const { session } = request as Partial<RequestContext>;
    if (!request.isBearer || !session || !this.store.loadedFor(session) || this.cookie.isLost(request))
      return undefined;
    return signedId(request.sessionID, this.cookie.secrets[0]).slice(PREFIX.length);
  }

  /** Call it when the session is saved and the response is complete, but not sent. */
  conclude(request: Request, response: Response): void {
    if (!this.settings.bearer || response.headersSent) return;
    if (response.statusCode === 401 && !isPageRoute(request))
      response.setHeader('WWW-Authenticate', this.challenge(request)); // RFC 6750, 3
    const id = this.idOf(request);
    if (id !== undefined && id !== tokenIn(request))
      response.set({ [SESSION_ID_HEADER]: id, 'Cache-Control': 'no-store' });
    // express-session sends no cookie without a session. Other tasks before the end still need it.
    if (request.isBearer && this.cookie.verifiedId(request) !== request.sessionID)
      onBeforeEnd(response, () => void Reflect.deleteProperty(request, 'session'));
  }

  private challenge(request: Request): string {
    const { session } = request as Partial<Request>;
    const isInvalid = request.isBearer && !(session && this.store.loadedFor(session));
    return isInvalid && request.headers.authorization ? 'Bearer error="invalid_token"' : 'Bearer';
  }
}

const tokenIn = ({ headers }: RequestContext): string | undefined =>
  CREDENTIALS.exec(headers.authorization ?? '')?.[1];
