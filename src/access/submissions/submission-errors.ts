import { ConflictException, HttpException, UnprocessableEntityException } from '@nestjs/common';
import type { Response } from 'express';

/** API clients send the key of a submission in this header (draft-ietf-httpapi-idempotency-key-header). */
export const KEY_HEADER = 'Idempotency-Key';

/** A submission's response without credentials: it sets no session or remember-me cookie. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  /** Set-Cookie lines that delete cookies. */
  readonly clearedCookies: string[];
}

/** Not a failure: sends the stored response to a repeated request. */
export class RepeatedSubmission extends HttpException {
  constructor(private readonly stored: StoredResponse) {
    super('This request has come before.', stored.status);
  }

  send(response: Response): void {
    const { status, headers, body, clearedCookies } = this.stored;
    for (const line of clearedCookies) response.append('Set-Cookie', line);
    const { Location: location, ...others } = headers;
    response.set(others);
    if (location !== undefined && body === null) response.redirect(status, location);
    else if (body === null) response.status(status).end();
    else response.status(status).send(body);
  }
}

/** The first request is unanswered, possibly forever, as its process may have died. */
export class UnknownOutcome extends ConflictException {
  /** Do not show the form again: it would have a new key, so that a resubmission could take effect twice. */
  readonly page = null;

  constructor() {
    super(
      'This has been sent already, and we cannot say yet what came of it. Look before you send it again.',
    );
  }
}

/** Draft-ietf-httpapi-idempotency-key-header, 2.7. */
export class KeyReused extends UnprocessableEntityException {
  constructor() {
    super(`This ${KEY_HEADER} was sent with another request. Use another key.`);
  }
}
