import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isPageRequest } from '../common/page-request';
import { FLASHES } from '../flash/catalogue';
import type { Flash } from '../flash/flash';
import { FlashService } from '../flash/flash-service';
import type { EndReason } from '../sessions/session-engine';
import { SessionService } from '../sessions/session-service';

/** What a user reads; an end that the user asked for on this very browser needs no words. */
const TOLD: Partial<Record<EndReason, Flash>> = {
  idle: FLASHES.idle,
  absolute: FLASHES.absolute,
  revoked: FLASHES.revoked,
  evicted: FLASHES.evicted,
  password_changed: FLASHES.passwordChanged,
  theft: FLASHES.theft,
};

/**
 * Finds out why the session has ended whose cookie came along, and tells it on the next page, once. The cookie stays:
 * clearing it could clear the new one of a log-in that is answered at the same moment.
 */
@Injectable()
export class EndedSessionMiddleware implements NestMiddleware {
  constructor(
    private readonly sessions: SessionService,
    private readonly flashes: FlashService,
  ) {}

  async use(request: Request, _response: Response, next: NextFunction): Promise<void> {
    const { lostSession, session } = request;
    const isMissed = session.userId === undefined && request.endReason === undefined; // not remembered, not told yet
    if (lostSession !== undefined && isMissed) await this.tell(request, lostSession);
    next();
  }

  private async tell(request: Request, idHash: string): Promise<void> {
    const reason = await this.sessions.endReason(idHash);
    if (reason === null || reason === 'rotated') return; // unknown, or it goes on under another ID
    request.endReason = reason;
    const flash = TOLD[reason];
    const isSeen = isPageRequest(request) && request.method !== 'HEAD';
    if (flash && isSeen && (await this.sessions.forget(idHash))) this.flashes.add(request, flash);
  }
}
