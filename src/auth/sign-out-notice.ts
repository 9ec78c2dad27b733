import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { isSeenByPerson } from '../http/page-request';
import { type Flash, FLASHES } from '../flash/flash';
import { FlashService } from '../flash/flash-service';
import type { EndReason } from '../sessions/session-engine';

/** Notices for the next page. A user who ended the session in this browser needs none. */
const NOTICES: Partial<Record<EndReason, Flash>> = {
  idle: FLASHES.idle,
  absolute: FLASHES.absolute,
  revoked: FLASHES.revoked,
  evicted: FLASHES.evicted,
  password_changed: FLASHES.passwordChanged,
  role_changed: FLASHES.roleChanged,
  user_disabled: FLASHES.userDisabled,
  user_deleted: FLASHES.accountDeleted,
  theft: FLASHES.theft,
};

/** Notices for the browser's other tabs in that case. */
const OTHER_TAB_NOTICES: Partial<Record<EndReason, Flash>> = { logged_out: FLASHES.loggedOut };

/** Shows users why their session ended. */
@Injectable()
export class SignOutNotice {
  constructor(private readonly flashes: FlashService) {}

  /** Whether this request's page would show a notice. */
  hasWordsFor(request: RequestContext, reason: EndReason): boolean {
    return reason in NOTICES && isSeenByPerson(request);
  }

  /** The notice for an open page, or null. */
  textFor(reason: EndReason): string | null {
    return (NOTICES[reason] ?? OTHER_TAB_NOTICES[reason])?.text ?? null;
  }

  /** Whether a later page must show the notice because this request renders none. */
  mustWait(request: RequestContext, reason: EndReason): boolean {
    return reason in NOTICES && !isSeenByPerson(request);
  }

  give(request: RequestContext, reason: EndReason): void {
    request.endReason = reason;
    const flash = NOTICES[reason];
    if (flash && this.hasWordsFor(request, reason)) this.flashes.add(request, flash);
  }
}
