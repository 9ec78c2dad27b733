import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { Clock } from '../options/clock';
import { hasSession } from '../sessions/session-service';
import type { Flash } from './flash';
import { GuestFlashes } from './guest-flashes';

declare module 'express-session' {
  interface SessionData {
    /** Unread flashes by time-ordered key. Merging by key keeps those that parallel requests add. */
    flashes: Record<string, Flash>;
  }
}

declare module '../http/request-context' {
  interface RequestContext {
    /** Flashes that this request added, by their keys in the session. */
    newFlashes?: Record<string, Flash>;
  }
}

const MOST_KEPT = 50;

/**
 * Messages that survive redirects until a page shows them once. A session stores them, or a signed cookie for
 * guests.
 */
@Injectable()
export class FlashService {
  private sequence = 0;

  constructor(
    private readonly guests: GuestFlashes,
    private readonly clock: Clock,
  ) {}

  add(request: RequestContext, { level, text }: Flash): void {
    const key = this.nextKey();
    request.newFlashes = { ...request.newFlashes, [key]: { level, text } };
    this.keep(request, key, { level, text });
  }

  /**
   * Replaces this answer's flashes with those of the repeated answer. It does not duplicate unread flashes.
   * It does repeat one that a page is just showing, as the user may have abandoned that page.
   */
  repeat(request: RequestContext, flashes: Record<string, Flash>): void {
    const mine = Object.values(request.newFlashes ?? {});
    if (mine.length > 0) this.guests.write(request, without(this.guests.read(request), mine));
    for (const [key, flash] of Object.entries(flashes)) {
      if (hasSession(request)) this.keepUnderNewKey(request, key, flash);
      else if (without([flash], this.guests.read(request)).length > 0) this.keep(request, key, flash);
    }
  }

  /** The new key survives a page that just shows the old one. Parallel repeats pick the same key. */
  private keepUnderNewKey(request: RequestContext, key: string, flash: Flash): void {
    const stored = request.session.flashes ?? {};
    const former = Object.keys(stored).filter((name) => name.split('+')[0] === key);
    const repeats = Math.max(0, ...former.map((name) => Number(name.split('+')[1] ?? 0)));
    request.session.flashes = Object.fromEntries(
      Object.entries(stored).filter(([name]) => !former.includes(name)),
    );
    this.keep(request, `${key}+${repeats + 1}`, flash);
  }

  /** Consumes and returns the unread flashes, oldest first. Call it only for pages that a user sees. */
  take(request: RequestContext): Flash[] {
    const flashes = this.unread(request);
    if (flashes.length === 0) return flashes;
    if (this.guests.read(request).length > 0) this.guests.write(request, []);
    if (hasSession(request)) delete (request.session as Partial<typeof request.session>).flashes;
    return flashes;
  }

  /** Keeps unread flashes while `act` replaces or ends the session. */
  async carryOver(request: RequestContext, act: () => Promise<void>): Promise<void> {
    const flashes = this.take(request);
    try {
      await act();
    } finally {
      for (const flash of flashes) this.keep(request, this.nextKey(), flash);
    }
  }

  private keep(request: RequestContext, key: string, flash: Flash): void {
    if (!hasSession(request)) {
      this.guests.write(request, [...this.guests.read(request), flash]);
      return;
    }
    const flashes = { ...request.session.flashes, [key]: flash };
    const newest = Object.keys(flashes).sort().slice(-MOST_KEPT);
    request.session.flashes = Object.fromEntries(newest.map((name) => [name, flashes[name]]));
  }

  private unread(request: RequestContext): Flash[] {
    const stored = hasSession(request) ? (request.session.flashes ?? {}) : {};
    return [
      ...this.guests.read(request),
      ...Object.keys(stored)
        .sort()
        .map((key) => stored[key])
        .filter(isFlash),
    ];
  }

  private nextKey(): string {
    this.sequence = (this.sequence + 1) % 1_000_000;
    const time = this.clock.now().toString(36).padStart(9, '0');
    return `${time}.${String(this.sequence).padStart(6, '0')}.${randomBytes(3).toString('hex')}`;
  }
}

const without = (flashes: Flash[], others: Flash[]): Flash[] =>
  flashes.filter(({ level, text }) => !others.some((other) => other.level === level && other.text === text));

/** Stored data may come from an older version or be corrupt. */
function isFlash(value: unknown): value is Flash {
  const { level, text } = (value ?? {}) as Partial<Flash>;
  return typeof level === 'string' && typeof text === 'string';
}
