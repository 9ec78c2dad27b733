import { Injectable } from '@nestjs/common';
import { Clock } from '../options/clock';
import type { Principal } from './principal';

const RECENT = 10 * 60_000;

/** Whether the user entered the password recently enough for an irreversible action. */
@Injectable()
export class RecentStepUp {
  constructor(private readonly clock: Clock) {}

  isRecent(principal: Principal): boolean {
    return this.clock.isWithinLast(RECENT, principal.authenticatedAt);
  }
}
