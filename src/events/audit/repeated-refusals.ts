import type { SecurityEvent } from '../bus/security-event';
import { sourceOf } from '../../throttling/source-of';
import { CountedRefusals } from './counted-refusals';

/** Alike ones of a second become one entry. */
const GATHERED = ['access.denied', 'auth.throttled'];

/** Anyone can cause these as often as they like. A wrong password for an account that exists is limited by the throttle. */
export function isRefusal({ name, details }: SecurityEvent): boolean {
  if (GATHERED.includes(name)) return true;
  return name === 'auth.loginFailed' && (details as { userId: unknown }).userId === null;
}

export interface Gathered {
  event: SecurityEvent;
  times: number;
}

/**
 * Keeps a flood of refusals from becoming a flood of entries. Each source, or account, has so many entries in a window
 * of time, and all of them together 25 times as many; what is beyond that is counted.
 */
export class RepeatedRefusals {
  private gathered = new Map<string, Gathered>();
  private readonly rations = new Map<string, number>();
  private readonly counted: CountedRefusals;
  private left: number;

  /** @param ration entries of one source or account in a window. */
  constructor(private readonly ration: number) {
    this.left = 25 * ration;
    this.counted = new CountedRefusals(5 * ration);
  }

  /** @returns the event if it gets an entry of its own at once; null if it is gathered or counted. */
  add(event: SecurityEvent): SecurityEvent | null {
    const { name, actorId, ip, userAgent, details } = event;
    const alike = JSON.stringify([name, actorId, ip, userAgent, details]);
    const known = this.gathered.get(alike);
    if (known) {
      known.times++;
      return null;
    }
    const origin = originOf(event);
    if (!this.take(origin)) {
      this.counted.add(origin, event);
      return null;
    }
    if (!GATHERED.includes(name)) return event;
    this.gathered.set(alike, { event, times: 1 });
    return null;
  }

  /** What was gathered since the last call. */
  takeGathered(): Gathered[] {
    const all = [...this.gathered.values()];
    this.gathered.clear();
    return all;
  }

  /** What was counted since the last call, as an event for each origin. */
  takeCounted(): SecurityEvent[] {
    return this.counted.takeAll();
  }

  /** A new window begins. */
  renew(): void {
    this.rations.clear();
    this.left = 25 * this.ration;
  }

  private take(origin: string): boolean {
    const taken = this.rations.get(origin) ?? 0;
    if (this.left === 0 || taken >= this.ration) return false;
    this.left--;
    this.rations.set(origin, taken + 1);
    return true;
  }
}

const originOf = ({ actorId, ip }: SecurityEvent): string =>
  actorId === null ? `source ${sourceOf(ip ?? undefined)}` : `user ${actorId}`;
