import { Injectable, Logger } from '@nestjs/common';
import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import { onBeforeEnd } from '../http/defer-end';
import { hashOfSessionId } from '../http/hash-of-session-id';
import { isSafeMethod } from '../http/page-request';
import { Settings } from '../options/settings';
import { cookieName, cookieOptions, SESSION_COOKIE } from './cookie-options';
import { EngineStore } from './engine-store';
import { onlyCookie } from './sent-cookies';
import { SessionEngine } from './session-engine';
import { signedId, verifiedId } from './signed-id';
import { Signer } from './signer';

/** The cookie of the session: its name, its secrets, and how one with an older name or signature becomes current. */
@Injectable()
export class SessionCookie {
  readonly name: string;
  /** The first signs, all verify. */
  readonly secrets: string[];

  private readonly logger = new Logger(SessionCookie.name);
  private readonly cameAsFormer = new WeakSet<Request>();

  constructor(
    private readonly settings: Settings,
    private readonly store: EngineStore,
    private readonly engine: SessionEngine,
    signer: Signer,
  ) {
    this.name = cookieName(settings, SESSION_COOKIE);
    // Any host beside ours can plant a cookie named `sid`. Bound to its name, what was issued as `__Host-sid` is worthless
    // there: nobody can log a visitor into an account of theirs. What was issued over plain HTTP still opens its session,
    // and SESSION_ABSOLUTE_TIMEOUT ends the last of these.
    this.secrets = settings.https
      ? signer.secretsFor(`session cookie ${this.name}`)
      : settings.sessionSecrets;
  }

  /** Whether it cannot be sent: like express-session, none that is Secure goes over what is taken for plain HTTP. */
  isLost(request: Request): boolean {
    return this.settings.https && !request.secure;
  }

  /** As it came along, told as express-session does. */
  textOf(request: Request): string | undefined {
    return parseCookie(request.headers.cookie ?? '')[this.name];
  }

  /** The ID that came along with a good signature. */
  verifiedId(request: Request): string | undefined {
    return verifiedId(this.textOf(request), this.secrets);
  }

  /**
   * Over HTTPS a cookie that was issued over plain HTTP is read as if it had come under the name of today. To be called
   * before express-session looks, where none of that name was sent.
   */
  admitFormer(request: Request): void {
    if (!this.settings.https) return;
    const id = verifiedId(onlyCookie(request, SESSION_COOKIE), this.settings.sessionSecrets);
    if (id === undefined) return;
    const pair = `${this.name}=${encodeURIComponent(signedId(id, this.secrets[0]))}`;
    request.headers.cookie = [request.headers.cookie, pair].join('; ');
    this.cameAsFormer.add(request);
  }

  /** Has the answer replace a cookie that is not current. To be called when express-session has looked. */
  renewIfOutdated(request: Request, response: Response): void {
    const isFormer = this.settings.https && this.cameAsFormer.has(request);
    if (!isFormer && this.secrets.length === 1) return;
    const isLive = this.store.loadedFor(request.session) !== undefined;
    if (!isFormer && !(isLive && this.isSignedByFormerSecret(request))) return;
    const id = isLive ? request.sessionID : undefined;
    onBeforeEnd(response, () => this.renew(request, response, id));
  }

  /** @param id the live session that the cookie opened, or undefined when it opened none. */
  private async renew(request: Request, response: Response, id: string | undefined): Promise<void> {
    if (response.statusCode >= 500 || response.headersSent || this.isLost(request)) return;
    const { session } = request as Partial<Request>;
    if (id !== undefined && session && request.sessionID === id) {
      // Where something changes, only what changes the session sets its cookie; the next page will do for the rest.
      if (!isSafeMethod(request.method)) return;
      // A log-in or log-out that was answered meanwhile has ended this ID, and set the cookie that holds now.
      const isLive = await this.isLive(id);
      if (isLive === undefined) return;
      if (isLive) response.cookie(this.name, signedId(id, this.secrets[0]), cookieOptions(this.settings));
    }
    // Nobody sets it any more: clearing it cannot clear what another answer has just set.
    if (this.cameAsFormer.has(request)) response.clearCookie(SESSION_COOKIE, cookieOptions(this.settings));
  }

  /** @returns undefined when the store fails: the page is complete without a new cookie. */
  private async isLive(id: string): Promise<boolean | undefined> {
    try {
      return (await this.engine.load(hashOfSessionId(id))) !== null;
    } catch (error) {
      this.logger.warn(`A session's cookie could not be renewed: ${String(error)}`);
      return undefined;
    }
  }

  private isSignedByFormerSecret(request: Request): boolean {
    const [current] = this.secrets;
    return verifiedId(this.textOf(request), [current]) === undefined;
  }
}
