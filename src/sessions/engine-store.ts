import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import type { Request } from 'express';
import { type Session, type SessionData, Store } from 'express-session';
import { clientAddress } from '../http/client-address';
import { RateLimitedLog } from '../http/rate-limited-log';
import { hashOfSessionId } from '../http/hash-of-session-id';
import type { RequestContext } from '../http/request-context';
import { type LoadedSession, SessionEngine, type SessionValues } from './session-engine';
import { SessionTermination } from './session-termination';
import { ReservedSessionKey, SessionRefused, SessionStoreUnavailable } from './session-errors';

declare module '../http/request-context' {
  interface RequestFields {
    /** The hash of a correctly signed session ID that has no live session: it has ended or never existed. */
    unknownSession?: string;
  }
}

type Done<T = void> = (error?: unknown, result?: T) => void;

/**
 * Keeps the loaded session on the session object or its data. A WeakMap entry per request would delay its
 * garbage collection.
 */
const LOADED = Symbol('what was loaded');
interface Noted {
  [LOADED]?: LoadedSession;
}

/** A version that no row has, so the next commit reads and merges. */
const OUTDATED = -1;

/**
 * The store for express-session. It keeps with each `request.session` what the engine loaded, to tell new
 * sessions from stored ones and to find the changed keys. It has no `touch`: the engine moves the idle
 * timeout.
 */
@Injectable()
export class EngineStore extends Store {
  /** express-session assigns it. Puts a new, empty session on the request. */
  declare generate: (request: Express.Request) => void;

  private readonly failures = new RateLimitedLog(new Logger(EngineStore.name), 'error', 20);
  private asking: Request | undefined;

  constructor(
    private readonly engine: SessionEngine,
    private readonly ends: SessionTermination,
  ) {
    super();
  }

  /** express-session does not pass the request to `get()`, so remember it for this synchronous call. */
  lookUpFor(request: Request, ask: () => void): void {
    this.asking = request;
    try {
      ask();
    } finally {
      this.asking = undefined;
    }
  }

  override get(id: string, done: Done<SessionData | null>): void {
    const request = this.asking;
    const idHash = hashOfSessionId(id);
    this.engine.load(idHash).then(
      (loaded) => {
        if (!loaded) {
          if (request) request.unknownSession = idHash;
          return done(null, null);
        }
        done(null, this.dataOf(loaded));
      },
      (error: unknown) => done(this.unavailable(error)),
    );
  }

  /** Puts a new, empty session on the request. The one before is neither changed nor ended. */
  begin(request: RequestContext): void {
    const expressRequest = request as Request;
    expressRequest.sessionStore = this;
    this.generate(expressRequest);
  }

  /** Puts the live session with this ID on the request or, if there is none, a new one. */
  async attach(request: RequestContext, id: string): Promise<void> {
    const idHash = hashOfSessionId(id);
    const loaded = await this.read(idHash);
    if (loaded) {
      const expressRequest = request as Request;
      expressRequest.sessionID = id;
      expressRequest.sessionStore = this;
      this.createSession(expressRequest, this.dataOf(loaded));
    } else {
      request.unknownSession = idHash;
      this.begin(request);
    }
  }

  /**
   * Loads the session of a request again.
   * @returns false if it has ended; the request then has a new, empty session.
   */
  async reattach(request: RequestContext): Promise<boolean> {
    const { session, unknownSession } = request as Partial<RequestContext>;
    if (unknownSession !== undefined && session && !this.loadedFor(session)) return false; // replaced already
    const idHash = hashOfSessionId(request.sessionID);
    const current = await this.read(idHash);
    if (current) {
      // Take over the user, who may have changed. Keep the values: they are the base of this request's
      // changes.
      const base = this.loadedFor(session ?? {});
      if (session && base) note(session, { ...base, account: current.account });
      return true;
    }
    request.unknownSession = idHash;
    this.begin(request);
    return false;
  }

  private dataOf(loaded: LoadedSession): SessionData {
    const values = JSON.parse(JSON.stringify(loaded.values)) as SessionValues;
    return { ...values, cookie: { originalMaxAge: null }, [LOADED]: loaded } as unknown as SessionData;
  }

  /** @throws SessionStoreUnavailable */
  private read(idHash: string): Promise<LoadedSession | null> {
    return this.engine.load(idHash).catch((error: unknown) => {
      throw this.unavailable(error);
    });
  }

  override createSession(request: Request, data: SessionData): Session & SessionData {
    const session = super.createSession(request, data);
    note(session, (data as Noted)[LOADED]);
    return session;
  }

  override set(id: string, session: SessionData, done: Done = () => undefined): void {
    // express-session splits the response in two unless an unchanged session calls back synchronously.
    if (!this.isChanged(session)) return done();
    this.store(id, session).then(
      () => done(),
      (error: unknown) => done(this.unavailable(error)),
    );
  }

  override destroy(id: string, done: Done = () => undefined): void {
    this.ends.end({ idHash: hashOfSessionId(id) }, 'logged_out').then(
      () => done(),
      (error: unknown) => done(this.unavailable(error)),
    );
  }

  override regenerate(request: Request, done: Done): void {
    const idHash = hashOfSessionId(request.sessionID);
    const isStored = this.loadedFor(request.session) !== undefined;
    const ending = isStored ? this.ends.end({ idHash }, 'rotated', request) : Promise.resolve([]);
    ending.then(
      () => {
        this.generate(request);
        done();
      },
      (error: unknown) => done(this.unavailable(error)),
    );
  }

  /** What the engine loaded for this session, or undefined if it is new. */
  loadedFor(session: object): LoadedSession | undefined {
    return (session as Noted)[LOADED];
  }

  isChanged(session: object): boolean {
    const base = this.loadedFor(session);
    const text = textOfValues(session);
    if (base && text === JSON.stringify(base.values)) return false;
    return !isDeepStrictEqual(JSON.parse(text), base?.values ?? {});
  }

  /**
   * Logs the cause; the client only learns that it may try again. Wraps the error: express-session treats
   * `ENOENT` as "no such session".
   */
  private unavailable(error: unknown): SessionStoreUnavailable | SessionRefused {
    if (error instanceof SessionRefused) return error;
    this.failures.write('The session store failed', error instanceof Error ? error.stack : String(error));
    return new SessionStoreUnavailable();
  }

  private async store(id: string, session: object): Promise<void> {
    refuseReserved(session);
    const values = valuesOf(session);
    const base = this.loadedFor(session);
    if (!base) {
      const { req: request } = session as { req?: Request };
      const ip = request ? clientAddress(request) : null;
      const userAgent = request?.get('user-agent') ?? null;
      note(session, await this.engine.create(hashOfSessionId(id), values, { ip, userAgent }));
      return;
    }
    const stored = await this.engine.commit(base, values);
    if (!stored) return; // it has ended meanwhile: do not create it again
    // The handler still sees its own values, so the next save must compare with these and not with the merged
    // ones.
    const isMerged = !isDeepStrictEqual(stored.values, values);
    note(session, isMerged ? { ...stored, values, version: OUTDATED } : stored);
  }
}

/** @throws ReservedSessionKey for a value that express-session would lose when it loads the session. */
export function refuseReserved(session: object): void {
  const inherited = Object.getPrototypeOf(session) as object;
  const reserved = Object.keys(session).find((key) => key in inherited);
  if (reserved !== undefined) throw new ReservedSessionKey(reserved);
}

/** Not enumerable, so copying the values of a session does not copy it. */
function note(session: object, loaded: LoadedSession | undefined): void {
  Object.defineProperty(session, LOADED, { value: loaded, writable: true, configurable: true });
}

/** The values to store: JSON, without express-session's own `cookie`. */
const valuesOf = (session: object): SessionValues => JSON.parse(textOfValues(session)) as SessionValues;

function textOfValues(session: object): string {
  const { cookie: _, ...values } = session as SessionValues;
  return JSON.stringify(values);
}

/** Turns an express-session callback into a promise. */
export function promisify(act: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => {
      if (error === undefined || error === null) resolve();
      else reject(error instanceof Error ? error : new Error('The session store failed', { cause: error }));
    });
  });
}
