import type { SecurityEvent } from '../bus/security-event';
import { sourceOf } from '../../http/request-source';

const MANY_ORIGINS = 'many origins';

interface Count {
  first: SecurityEvent;
  refusals: Record<string, number>;
}

/** Counts refusals without their own entry, by origin. */
export class CountedRefusals {
  private readonly counts = new Map<string, Count>();

  /** @param most limit of separate origins. All further ones share one count. */
  constructor(private readonly most: number) {}

  add(origin: string, event: SecurityEvent): void {
    const isKnown = this.counts.has(origin) || this.counts.size < this.most;
    const key = isKnown ? origin : MANY_ORIGINS;
    const count = this.counts.get(key) ?? { first: event, refusals: {} };
    count.refusals[event.name] = (count.refusals[event.name] ?? 0) + 1;
    this.counts.set(key, count);
  }

  takeAll(): SecurityEvent[] {
    const events = [...this.counts].map(([key, count]) => asEvent(count, key === MANY_ORIGINS));
    this.counts.clear();
    return events;
  }
}

/** Takes the circumstances from the first refusal, as far as all share them. */
function asEvent({ first, refusals }: Count, isOfMany: boolean): SecurityEvent {
  const actorId = isOfMany ? null : first.actorId;
  return {
    name: 'audit.refusalsCounted',
    at: first.at,
    actorId,
    sessionIdHash: null,
    requestId: null,
    ip: isOfMany ? null : first.ip,
    userAgent: null,
    details: { userId: actorId, refusals },
  };
}

/** Equal events within a second become one entry. */
const GATHERED = ['access.denied', 'auth.throttled'];

/** Attackers can cause these without limit. The throttle limits wrong passwords for existing accounts. */
export function isRefusal({ name, details }: SecurityEvent): boolean {
  if (GATHERED.includes(name)) return true;
  return name === 'auth.loginFailed' && (details as { userId: unknown }).userId === null;
}

export interface Gathered {
  event: SecurityEvent;
  times: number;
}

/**
 * Keeps a flood of refusals from flooding the audit log. Per time window, each source or account gets
 * `ration` entries, and all together 25 times as many. Further refusals are only counted.
 */
export class RepeatedRefusals {
  private gathered = new Map<string, Gathered>();
  private readonly rations = new Map<string, number>();
  private readonly counted: CountedRefusals;
  private left: number;

  /** @param ration entries per window for one source or account. */
  constructor(private readonly ration: number) {
    this.left = 25 * ration;
    this.counted = new CountedRefusals(5 * ration);
  }

  /** @returns the event if it gets its own entry immediately; null if it is gathered or counted. */
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

  /** Events gathered since the last call. */
  takeGathered(): Gathered[] {
    const all = [...this.gathered.values()];
    this.gathered.clear();
    return all;
  }

  /** Counts since the last call, as one event per origin. */
  takeCounted(): SecurityEvent[] {
    return this.counted.takeAll();
  }

  /** Starts a new window. */
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
