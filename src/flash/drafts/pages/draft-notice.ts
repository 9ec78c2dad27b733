import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { responseTo } from '../../../http/response-to';
import { Clock } from '../../../options/clock';
import { FormDrafts, type PendingDraft } from '../form-drafts';
import { UserStore } from '../../../users/user-store';

const MINUTE = 60_000;

/** Says on the page that asks for the password what is kept for whom. */
@Injectable()
export class DraftNotice {
  constructor(
    private readonly keptForms: FormDrafts,
    private readonly users: UserStore,
    private readonly clock: Clock,
  ) {}

  /** Brings `keptForm` into the view, also when a refused try shows it again. @returns what is kept, or null. */
  async bringInto(request: Request): Promise<(PendingDraft & { username: string }) | null> {
    const waiting = await this.keptForms.waiting(request);
    const user = waiting && (await this.users.findById(waiting.userId));
    if (!user) return null;
    const { username } = user;
    const minutes = Math.ceil((waiting.expiresAt - this.clock.now()) / MINUTE);
    responseTo(request).locals.keptForm = { username, minutes };
    return { ...waiting, username };
  }
}
