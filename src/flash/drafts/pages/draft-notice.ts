import { Injectable } from '@nestjs/common';
import { type RequestContext, responseTo } from '../../../http/request-context';
import { Clock } from '../../../options/clock';
import { FormDrafts, type PendingDraft } from '../form-drafts';
import { UserStore } from '../../../users/user-store';

const MINUTE = 60_000;

/** Shows on the log-in and re-authentication pages that there is a draft, and for which user. */
@Injectable()
export class DraftNotice {
  constructor(
    private readonly drafts: FormDrafts,
    private readonly users: UserStore,
    private readonly clock: Clock,
  ) {}

  /** Sets the view's `keptForm`, also for a form shown again after a refusal. @returns the draft, or null. */
  async exposeToView(request: RequestContext): Promise<(PendingDraft & { username: string }) | null> {
    const waiting = await this.drafts.waiting(request);
    const user = waiting && (await this.users.findById(waiting.userId));
    if (!user) return null;
    const { username } = user;
    const minutes = Math.ceil((waiting.expiresAt - this.clock.now()) / MINUTE);
    responseTo(request).locals.keptForm = { username, minutes };
    return { ...waiting, username };
  }
}
