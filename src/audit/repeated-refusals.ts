import type { SecurityEvent } from '../security-events/security-event';

/** What anybody can make happen as often as they like. */
const REFUSALS: string[] = ['access.denied', 'auth.throttled'];

/**
 * Gathers refusals that are alike, so that a flood of them does not become a flood of rows: the first one of a second
 * stands for all, and says how many they were.
 */
export class RepeatedRefusals {
  private gathered = new Map<string, { event: SecurityEvent; times: number }>();

  /** @returns whether it is one of those, and waits to be taken. */
  add(event: SecurityEvent): boolean {
    if (!REFUSALS.includes(event.name)) return false;
    const { name, actorId, ip, userAgent, details } = event;
    const alike = JSON.stringify([name, actorId, ip, userAgent, details]);
    const known = this.gathered.get(alike);
    if (known) known.times++;
    else this.gathered.set(alike, { event, times: 1 });
    return true;
  }

  get size(): number {
    return this.gathered.size;
  }

  takeAll(): { event: SecurityEvent; times: number }[] {
    const all = [...this.gathered.values()];
    this.gathered.clear();
    return all;
  }
}
