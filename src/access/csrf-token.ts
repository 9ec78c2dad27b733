import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { hasSession } from '../sessions/session-service';
import { Signer } from '../sessions/signer';

const PURPOSE = 'csrf token';

/** Proof that a form came from our own page, for clients that say nothing of where a request comes from. */
@Injectable()
export class CsrfToken {
  constructor(private readonly signer: Signer) {}

  /** Bound to the session ID: it changes at log-in and dies with the session. Undefined for a visitor without one. */
  of(request: Request): string | undefined {
    return hasSession(request) ? this.signer.sign(PURPOSE, request.sessionID) : undefined;
  }

  matches(request: Request, token: unknown): boolean {
    return (
      typeof token === 'string' &&
      hasSession(request) &&
      this.signer.verify(PURPOSE, request.sessionID, token)
    );
  }
}
