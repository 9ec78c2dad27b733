import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import { Settings } from '../options/settings';
import { hasSession } from '../sessions/session-service';
import { Signer } from '../sessions/signer';

const PURPOSE = 'csrf token';

/** Proof that a form came from our own page, for clients that say nothing of where a request comes from. */
@Injectable()
export class CsrfToken {
  /** By session ID. Each page has a form to log out, and so a token. */
  private readonly tokens: LRUCache<string, string> | undefined;

  constructor(
    private readonly signer: Signer,
    { sessionCache }: Settings,
  ) {
    if (sessionCache > 0) this.tokens = new LRUCache({ max: sessionCache });
  }

  /** Bound to the session ID: it changes at log-in and dies with the session. Undefined for a visitor without one. */
  of(request: Request): string | undefined {
    if (!hasSession(request)) return undefined;
    const { sessionID } = request;
    const token = this.tokens?.get(sessionID) ?? this.signer.sign(PURPOSE, sessionID);
    this.tokens?.set(sessionID, token);
    return token;
  }

  matches(request: Request, token: unknown): boolean {
    return (
      typeof token === 'string' &&
      hasSession(request) &&
      this.signer.verify(PURPOSE, request.sessionID, token)
    );
  }
}
