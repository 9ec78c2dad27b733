import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { isSeenByPerson } from '../http/page-request';
import { FLASHES } from '../flash/catalogue';
import type { Flash } from '../flash/flash';
import { FlashService } from '../flash/flash-service';
import type { EndReason } from '../sessions/session-engine';

/** What a user reads on the next page; an end that the user asked for on this very browser needs no words there. */
const TOLD: Partial<Record<EndReason, Flash>> = {
  idle: FLASHES.idle,
  absolute: FLASHES.absolute,
  revoked: FLASHES.revoked,
  evicted: FLASHES.evicted,
  password_changed: FLASHES.passwordChanged,
  role_changed: FLASHES.roleChanged,
  user_disabled: FLASHES.userDisabled,
  theft: FLASHES.theft,
};

/** What other tabs of that browser say of such an end. */
const TOLD_TO_OTHER_TABS: Partial<Record<EndReason, Flash>> = {
  logged_out: FLASHES.loggedOut,
  user_deleted: FLASHES.userDeleted,
};

/** Tells the user of this request why they are not logged in any more. */
@Injectable()
export class SignOutNotice {
  constructor(private readonly flashes: FlashService) {}

  /** Whether a page would show something now. */
  hasWordsFor(request: Request, reason: EndReason): boolean {
    return reason in TOLD && isSeenByPerson(request);
  }

  /** The words for a page that is open; null when there is nothing to tell. */
  textFor(reason: EndReason): string | null {
    return (TOLD[reason] ?? TOLD_TO_OTHER_TABS[reason])?.text ?? null;
  }

  /** Whether a later page has something to show that this request cannot. */
  mustWait(request: Request, reason: EndReason): boolean {
    return reason in TOLD && !isSeenByPerson(request);
  }

  give(request: Request, reason: EndReason): void {
    request.endReason = reason;
    const flash = TOLD[reason];
    if (flash && this.hasWordsFor(request, reason)) this.flashes.add(request, flash);
  }
}
