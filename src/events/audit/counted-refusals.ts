import type { SecurityEvent } from '../bus/security-event';

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
