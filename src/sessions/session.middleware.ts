import { BadRequestException, Injectable, Logger, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import { onBeforeEnd, deferEnd } from '../http/defer-end';
import { hasBody } from '../http/has-body';
import { isEventStreamRequest } from '../http/page-request';
import { RateLimitedLog } from '../http/rate-limited-log';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { cookieOptions } from './cookie-options';
import { EngineStore, refuseReserved } from './engine-store';
import { differentCookies } from './sent-cookies';
import { newSessionId } from './new-session-id';
import { SessionCookie } from './session-cookie';
import { type LoadedSession, SessionEngine } from './session-engine';
import { promisify } from './promisify';

const MINUTE = 60_000;

declare module 'express-serve-static-core' {
  interface Request {
    /** Whether all of the request was there before its session was asked for: it has not waited for its body since. */
    isIdentifiedWhole?: boolean;
  }
}

/** Gives the request its session: express-session reads the cookie, our engine stores. */
@Injectable()
export class SessionMiddleware implements NestMiddleware {
  private readonly logger = new Logger(SessionMiddleware.name);
  private readonly expressSession: RequestHandler;
  private readonly touchInterval: number;
  private readonly unnoted = new RateLimitedLog(new Logger(SessionMiddleware.name), 'warn', 1);
  private hasWarned = false;

  constructor(
    settings: Settings,
    private readonly store: EngineStore,
    private readonly engine: SessionEngine,
    private readonly cookie: SessionCookie,
    private readonly clock: Clock,
  ) {
    this.touchInterval = Math.min(MINUTE, settings.sessionIdleTimeout / 10);
    this.expressSession = session({
      name: cookie.name,
      secret: cookie.secrets,
      store,
      genid: newSessionId,
      cookie: cookieOptions(settings) as session.CookieOptions, // no expiry: it ends with the browser
      resave: false,
      saveUninitialized: false, // a visitor who needs no session gets no row and no cookie
      rolling: false,
    });
  }

  use(request: Request, response: Response, next: NextFunction): void {
    const texts = differentCookies(request, this.cookie.name);
    if (texts.length > 1) {
      // One of them may have been planted by another application on this host; nobody can tell which.
      throw new BadRequestException(
        `Your browser sent two different cookies named ${this.cookie.name}. Clear the cookies of this site and try again.`,
      );
    }
    if (texts.length === 0) this.cookie.admitFormer(request);
    // A body that came in one packet with its head has been read in the next turn of the event loop.
    if (hasBody(request)) setImmediate(() => this.lookUp(request, response, next));
    else this.lookUp(request, response, next);
  }

  private lookUp(request: Request, response: Response, next: NextFunction): void {
    request.isIdentifiedWhole = !hasBody(request) || request.complete;
    this.store.lookUpFor(request, () => {
      void this.expressSession(request, response, (error?: unknown) => {
        if (error) return next(error);
        this.proceed(request, response, next);
      });
    });
  }

  private proceed(request: Request, response: Response, next: NextFunction): void {
    const loaded = this.store.loadedFor(request.session);
    this.warnIfCookieIsLost(request);
    deferEnd(response, next);
    onBeforeEnd(response, () => this.save(request, response));
    this.cookie.renewIfOutdated(request, response);
    // A page that is left open would keep its session alive.
    if (!loaded || isEventStreamRequest(request) || !this.isTouchDue(loaded)) return next();
    void this.touch(loaded).then(() => next());
  }

  /** Before the first byte of the answer is sent: what it promises is stored then. */
  private save(request: Request, response: Response): void | Promise<void> {
    // A handler that failed has nothing to keep; express-session leaves a request without session alone.
    if (response.statusCode >= 500) Reflect.deleteProperty(request, 'session');
    const { session } = request as Partial<Request>;
    if (!session) return;
    if (this.store.isChanged(session)) return this.commit(request);
    // express-session sends the ID of a new session that a handler was given, though it holds nothing.
    if (!this.store.loadedFor(session)) Reflect.deleteProperty(request, 'session');
  }

  private async commit(request: Request): Promise<void> {
    try {
      refuseReserved(request.session); // it may have replaced `save` itself
      await promisify((done) => request.session.save(done));
    } catch (error) {
      Reflect.deleteProperty(request, 'session'); // and with it the cookie
      throw error;
    }
  }

  private isTouchDue({ lastSeenAt }: LoadedSession): boolean {
    // The clock may have been set back: what was begun or used in its future gets the time limits of now.
    return Math.abs(this.clock.now() - lastSeenAt) >= this.touchInterval;
  }

  private async touch({ idHash }: LoadedSession): Promise<void> {
    try {
      await this.engine.touch(idHash);
    } catch (error) {
      // Reading goes on while nothing can be written; the session then idles out earlier, not later.
      this.unnoted.write(`A session's last use could not be noted: ${String(error)}`);
    }
  }

  /** express-session sends no Secure cookie over what it takes for plain HTTP, and says nothing. */
  private warnIfCookieIsLost(request: Request): void {
    if (this.hasWarned || !this.cookie.isLost(request)) return;
    this.hasWarned = true;
    this.logger.error(
      'BASE_URL is https, but this request came as http: nobody can log in. Set TRUST_PROXY to the number of proxies in front',
    );
  }
}
