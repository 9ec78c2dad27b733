import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { isPageRequest } from '../common/page-request';
import { FLASHES } from '../flash/catalogue';
import type { Flash } from '../flash/flash';
import { FlashService } from '../flash/flash-service';
import type { EndReason } from '../sessions/session-engine';

/** What a user reads; an end that the user asked for on this very browser needs no words. */
const TOLD: Partial<Record<EndReason, Flash>> = {
  idle: FLASHES.idle,
  absolute: FLASHES.absolute,
  revoked: FLASHES.revoked,
  evicted: FLASHES.evicted,
  password_changed: FLASHES.passwordChanged,
  user_disabled: FLASHES.userDisabled,
  theft: FLASHES.theft,
};

/** Tells the user of this request why they are not logged in any more. */
@Injectable()
export class EndNotice {
  constructor(private readonly flashes: FlashService) {}

  /** Whether a page would show something now. */
  hasWordsFor(request: Request, reason: EndReason): boolean {
    return reason in TOLD && isPageRequest(request) && request.method !== 'HEAD';
  }

  give(request: Request, reason: EndReason): void {
    request.endReason = reason;
    const flash = TOLD[reason];
    if (flash && this.hasWordsFor(request, reason)) this.flashes.add(request, flash);
  }
}
