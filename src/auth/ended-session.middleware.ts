import { Injectable, Logger, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isSafeMethod } from '../http/page-request';
import { RateLimitedLog } from '../http/rate-limited-log';
import { SessionTermination } from '../sessions/session-termination';
import { SignOutNotice } from './sign-out-notice';

/**
 * Finds out why the session of the received cookie ended, and shows the reason once on the next page. It does
 * not clear the cookie, as that could delete the new cookie of a concurrent log-in.
 */
@Injectable()
export class EndedSessionMiddleware implements NestMiddleware {
  private readonly failures = new RateLimitedLog(new Logger(EndedSessionMiddleware.name), 'warn', 1);

  constructor(
    private readonly ends: SessionTermination,
    private readonly notice: SignOutNotice,
  ) {}

  use(request: Request, _response: Response, next: NextFunction): void | Promise<void> {
    const { unknownSession: lostSession, session } = request;
    if (lostSession === undefined || session.userId !== undefined) return next();
    return this.explain(request, lostSession).then(() => next());
  }

  private async explain(request: Request, idHash: string): Promise<void> {
    try {
      await this.tell(request, idHash);
    } catch (error) {
      // Serve reads even while the store is read-only: a guest's page works without the reason.
      if (!isSafeMethod(request.method)) throw error;
      this.failures.write(`Why a session ended could not be told: ${String(error)}`);
    }
  }

  private async tell(request: Request, idHash: string): Promise<void> {
    const [ended] = await this.ends.find([idHash]);
    // Unknown, a guest's, or still live under another ID.
    if (!ended || ended.userId === null || ended.reason === 'rotated') return;
    request.endedSession = ended;
    const isShown = this.notice.hasWordsFor(request, ended.reason);
    const isFirst = !isShown || (await this.ends.markNotified(idHash));
    // RememberMeMiddleware may have shown the reason already.
    if (request.endReason !== undefined) return;
    if (isFirst) this.notice.give(request, ended.reason);
  }
}
