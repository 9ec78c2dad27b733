import { BadRequestException, Injectable, Logger, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import { onBeforeEnd, deferEnd } from '../http/defer-end';
import { hasBody, isEventStreamRequest } from '../http/page-request';
import { RateLimitedLog } from '../http/rate-limited-log';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { BearerSessions } from './bearer-sessions';
import { cookieOptions, differentCookies } from './cookies';
import { EngineStore, promisify, refuseReserved } from './engine-store';
import { newSessionId } from './session-id';
import { SessionCookie } from './session-cookie';
import { type LoadedSession, SessionEngine } from './session-engine';

const MINUTE = 60_000;

declare module 'express-serve-static-core' {
  interface Request {
    /**
     * Whether the whole request had arrived before its session was loaded, so it has not waited for its body
     * since.
     */
    arrivedBeforeSession?: boolean;
  }
}

/** Gives the request its session: express-session reads the cookie, the engine stores. */
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
    private readonly bearer: BearerSessions,
    private readonly clock: Clock,
  ) {
    this.touchInterval = Math.min(MINUTE, settings.sessionIdleTimeout / 10);
    this.expressSession = session({
      name: cookie.name,
      secret: cookie.secrets,
      store,
      genid: newSessionId,
      cookie: cookieOptions(settings) as session.CookieOptions, // no expiry: the cookie ends with the browser
      resave: false,
      saveUninitialized: false, // a visitor who needs no session gets no row and no cookie
      rolling: false,
    });
  }

  use(request: Request, response: Response, next: NextFunction): void {
    this.bearer.admit(request);
    const texts = differentCookies(request, this.cookie.name);
    if (texts.length > 1) {
      // Another application on this host may have planted one of them.
      throw new BadRequestException(
        `Your browser sent two different cookies named ${this.cookie.name}. Clear the cookies of this site and try again.`,
      );
    }
    if (texts.length === 0) this.cookie.admitFormer(request);
    // Wait a turn of the event loop: Node has then read a body that came in one packet with the headers.
    if (hasBody(request)) setImmediate(() => this.lookUp(request, response, next));
    else this.lookUp(request, response, next);
  }

  private lookUp(request: Request, response: Response, next: NextFunction): void {
    request.arrivedBeforeSession = !hasBody(request) || request.complete;
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
    onBeforeEnd(response, () => this.bearer.conclude(request, response));
    this.cookie.renewIfOutdated(request, response);
    // An open page that only listens must not keep its session alive.
    if (!loaded || isEventStreamRequest(request) || !this.isTouchDue(loaded)) return next();
    void this.touch(loaded).then(() => next());
  }

  /** Runs before the first byte of the response, so the response never promises what is not stored. */
  private save(request: Request, response: Response): void | Promise<void> {
    // Don't store the changes of a failed handler. express-session ignores a request without a session.
    if (response.statusCode >= 500) Reflect.deleteProperty(request, 'session');
    const { session } = request as Partial<Request>;
    if (!session) return;
    if (this.store.isChanged(session)) return this.commit(request);
    // express-session would send the ID of a new session that a handler has read, even if it is empty.
    if (!this.store.loadedFor(session)) Reflect.deleteProperty(request, 'session');
  }

  private async commit(request: Request): Promise<void> {
    try {
      refuseReserved(request.session); // a handler may have overwritten `save` itself
      await promisify((done) => request.session.save(done));
    } catch (error) {
      Reflect.deleteProperty(request, 'session'); // also prevents its cookie
      throw error;
    }
  }

  private isTouchDue({ lastSeenAt }: LoadedSession): boolean {
    // Absolute: if the clock was set back, a last use in the future also needs new deadlines.
    return Math.abs(this.clock.now() - lastSeenAt) >= this.touchInterval;
  }

  private async touch({ idHash }: LoadedSession): Promise<void> {
    try {
      await this.engine.touch(idHash);
    } catch (error) {
      // Requests still succeed while writes fail. The session then expires earlier, not later.
      this.unnoted.write(`A session's last use could not be noted: ${String(error)}`);
    }
  }

  /** express-session silently drops a Secure cookie over what looks like plain HTTP. */
  private warnIfCookieIsLost(request: Request): void {
    if (this.hasWarned || !this.cookie.isLost(request)) return;
    this.hasWarned = true;
    this.logger.error(
      'BASE_URL is https, but this request came as http: nobody can log in. Set TRUST_PROXY to the number of proxies in front',
    );
  }
}
