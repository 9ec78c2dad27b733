import { Injectable, Logger } from '@nestjs/common';
import { parseCookie } from 'cookie';
import { hashOfSessionId } from '../http/hash-of-session-id';
import type { RequestContext, ResponseContext } from '../http/request-context';
import { onBeforeEnd } from '../http/defer-end';
import { isSafeMethod } from '../http/page-request';
import { Settings } from '../options/settings';
import { clearCookie, cookieName, onlyCookie, SESSION_COOKIE, setCookie } from './cookies';
import { EngineStore } from './engine-store';
import { SessionEngine } from './session-engine';
import { signedId, verifiedId } from './session-id';
import { Signer } from './signer';

/** The session cookie: its name, its secrets, and the renewal of cookies with an old name or signature. */
@Injectable()
export class SessionCookie {
  readonly name: string;
  /** The first signs; all verify. */
  readonly secrets: string[];

  private readonly logger = new Logger(SessionCookie.name);
  private readonly cameAsFormer = new WeakSet<RequestContext>();

  constructor(
    private readonly settings: Settings,
    private readonly store: EngineStore,
    private readonly engine: SessionEngine,
    signer: Signer,
  ) {
    this.name = cookieName(settings, SESSION_COOKIE);
    // A neighbouring host can plant a cookie named `sid`. Because the secrets depend on the name, an attacker
    // cannot reuse their own `__Host-sid` value there to log a visitor into the attacker's account. Cookies
    // issued over plain HTTP stay valid until SESSION_ABSOLUTE_TIMEOUT.
    this.secrets = settings.https
      ? signer.secretsFor(`session cookie ${this.name}`)
      : settings.sessionSecrets;
  }

  /**
   * Whether the cookie cannot be sent: like express-session, never send a Secure cookie over what looks like
   * plain HTTP.
   */
  isLost(request: RequestContext): boolean {
    return this.settings.https && !request.secure;
  }

  /** The raw value, parsed as express-session does. */
  textOf(request: RequestContext): string | undefined {
    return parseCookie(request.headers.cookie ?? '')[this.name];
  }

  /** The ID, if its signature is valid. */
  verifiedId(request: RequestContext): string | undefined {
    return verifiedId(this.textOf(request), this.secrets);
  }

  /**
   * Over HTTPS, makes a cookie issued over plain HTTP look as if it had the current name. Call it before
   * express-session runs, and only if no cookie of the current name was sent.
   */
  admitFormer(request: RequestContext): void {
    if (!this.settings.https) return;
    const id = verifiedId(onlyCookie(request, SESSION_COOKIE), this.settings.sessionSecrets);
    if (id === undefined) return;
    request.headers.cookie = [request.headers.cookie, this.pairOf(id)].join('; ');
    this.cameAsFormer.add(request);
  }

  /** As a browser would send it. */
  pairOf(id: string): string {
    return `${this.name}=${encodeURIComponent(signedId(id, this.secrets[0]))}`;
  }

  /** Replaces an outdated cookie in the response. Call it after express-session has run. */
  renewIfOutdated(request: RequestContext, response: ResponseContext): void {
    const isFormer = this.settings.https && this.cameAsFormer.has(request);
    if (!isFormer && this.secrets.length === 1) return;
    const isLive = this.store.loadedFor(request.session) !== undefined;
    if (!isFormer && !(isLive && this.isSignedByFormerSecret(request))) return;
    const id = isLive ? request.sessionID : undefined;
    onBeforeEnd(response, () => this.renew(request, response, id));
  }

  /** @param id the live session of the cookie, or undefined if it has none. */
  private async renew(
    request: RequestContext,
    response: ResponseContext,
    id: string | undefined,
  ): Promise<void> {
    if (response.statusCode >= 500 || response.headersSent || this.isLost(request)) return;
    const { session } = request as Partial<RequestContext>;
    if (id !== undefined && session && request.sessionID === id) {
      // A response to a change sets the cookie only if it changes the session; the next page renews it.
      if (!isSafeMethod(request.method)) return;
      // A parallel log-in or log-out may have ended this ID and set a newer cookie.
      const isLive = await this.isLive(id);
      if (isLive === undefined) return;
      if (isLive) setCookie(request, this.settings, this.name, signedId(id, this.secrets[0]));
    }
    // No response sets the old name any more, so clearing it cannot remove a newer cookie.
    if (this.cameAsFormer.has(request)) clearCookie(request, this.settings, SESSION_COOKIE);
  }

  /** @returns undefined when the store fails: the page does not need the new cookie. */
  private async isLive(id: string): Promise<boolean | undefined> {
    try {
      return (await this.engine.load(hashOfSessionId(id))) !== null;
    } catch (error) {
      this.logger.warn(`A session's cookie could not be renewed: ${String(error)}`);
      return undefined;
    }
  }

  private isSignedByFormerSecret(request: RequestContext): boolean {
    const [current] = this.secrets;
    return verifiedId(this.textOf(request), [current]) === undefined;
  }
}
