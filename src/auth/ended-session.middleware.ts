import { Injectable, Logger, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isSafeMethod } from '../http/page-request';
import { RateLimitedLog } from '../http/rate-limited-log';
import { SessionTermination } from '../sessions/session-termination';
import { SignOutNotice } from './sign-out-notice';

/**
 * Finds out why the session has ended whose cookie came along, if only just now, and tells it on the next page, once.
 * The cookie stays: clearing it could clear the new one of a log-in that is answered at the same moment.
 */
@Injectable()
export class EndedSessionMiddleware implements NestMiddleware {
  private readonly untold = new RateLimitedLog(new Logger(EndedSessionMiddleware.name), 'warn', 1);

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
      // Reading goes on while nothing can be written: a guest's page needs no reason.
      if (!isSafeMethod(request.method)) throw error;
      this.untold.write(`Why a session ended could not be told: ${String(error)}`);
    }
  }

  private async tell(request: Request, idHash: string): Promise<void> {
    const [ended] = await this.ends.find([idHash]);
    // Unknown, nobody's, or it goes on under another ID.
    if (!ended || ended.userId === null || ended.reason === 'rotated') return;
    request.endedSession = ended;
    const isShown = this.notice.hasWordsFor(request, ended.reason);
    const isFirst = !isShown || (await this.ends.markNotified(idHash));
    // A remembered device may have been told already, of the same end.
    if (request.endReason !== undefined) return;
    if (isFirst) this.notice.give(request, ended.reason);
  }
}
