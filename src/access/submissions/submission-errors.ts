import { ConflictException, HttpException, UnprocessableEntityException } from '@nestjs/common';
import type { Response } from 'express';
import { KEY_HEADER } from './submission';

/** How a submission was answered, without what belongs to one answer alone: it holds no cookie that opens anything. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  /** Set-Cookie lines that take cookies away. */
  readonly clearedCookies: string[];
}

/** No failure: this request has come before, and is answered as it was then. */
export class RepeatedSubmission extends HttpException {
  constructor(private readonly answer: Answer) {
    super('This request has come before.', answer.status);
  }

  send(response: Response): void {
    const { status, headers, body, clearedCookies } = this.answer;
    for (const line of clearedCookies) response.append('Set-Cookie', line);
    const { Location: location, ...others } = headers;
    response.set(others);
    if (location !== undefined && body === null) response.redirect(status, location);
    else if (body === null) response.status(status).end();
    else response.status(status).send(body);
  }
}

/** The request that came before has not been answered, and may never be: its process can have died. */
export class UnknownOutcome extends ConflictException {
  /** Not the form again: it would have another key, and be sent a second time without a look. */
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
