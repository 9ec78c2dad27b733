import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { LRUCache } from 'lru-cache';
import { Settings } from '../options/settings';
import { hasSession } from '../sessions/session-service';
import { Signer } from '../sessions/signer';

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
