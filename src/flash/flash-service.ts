import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Clock } from '../options/clock';
import { hasSession } from '../sessions/session-service';
import type { Flash } from './flash';
import { GuestFlashes } from './guest-flashes';

declare module 'express-session' {
  interface SessionData {
    /** Unread flashes by a key that sorts by time: parallel requests add keys, and a merge by key keeps them all. */
    flashes: Record<string, Flash>;
  }
}

declare module 'express-serve-static-core' {
  interface Request {
    /** What the answer to this request has to say, by the keys under which a session keeps it. */
    newFlashes?: Record<string, Flash>;
  }
}

const MOST_KEPT = 50;

/**
 * Texts that survive redirects until a page has shown them, once. A user's lie in the session, a guest's in a signed
 * cookie.
 */
@Injectable()
export class FlashService {
  private sequence = 0;

  constructor(
    private readonly guests: GuestFlashes,
    private readonly clock: Clock,
  ) {}

  add(request: Request, { level, text }: Flash): void {
    const key = this.nextKey();
    request.newFlashes = { ...request.newFlashes, [key]: { level, text } };
    this.keep(request, key, { level, text });
  }

  /**
   * Says what another answer has said, in place of what this one had to say. Once, where that one is still unread; and
   * again, where a page is showing it at this moment: its reader may have given that page up.
   */
  repeat(request: Request, flashes: Record<string, Flash>): void {
    const mine = Object.values(request.newFlashes ?? {});
    if (mine.length > 0) this.guests.write(request, without(this.guests.read(request), mine));
    for (const [key, flash] of Object.entries(flashes)) {
      if (hasSession(request)) this.keepAnew(request, key, flash);
      else if (without([flash], this.guests.read(request)).length > 0) this.keep(request, key, flash);
    }
  }

  /** Under another key, which a page that shows the former at this moment does not take away; parallel ones choose alike. */
  private keepAnew(request: Request, key: string, flash: Flash): void {
    const stored = request.session.flashes ?? {};
    const former = Object.keys(stored).filter((name) => name.split('+')[0] === key);
    const repeats = Math.max(0, ...former.map((name) => Number(name.split('+')[1] ?? 0)));
    request.session.flashes = Object.fromEntries(
      Object.entries(stored).filter(([name]) => !former.includes(name)),
    );
    this.keep(request, `${key}+${repeats + 1}`, flash);
  }

  /** The unread flashes, oldest first. They are read now: call it only where a person sees them. */
  take(request: Request): Flash[] {
    const flashes = this.unread(request);
    if (flashes.length === 0) return flashes;
    if (this.guests.read(request).length > 0) this.guests.write(request, []);
    if (hasSession(request)) delete (request.session as Partial<typeof request.session>).flashes;
    return flashes;
  }

  /** Keeps unread flashes while `act` gives this browser another session, or none. */
  async carryOver(request: Request, act: () => Promise<void>): Promise<void> {
    const flashes = this.take(request);
    try {
      await act();
    } finally {
      for (const flash of flashes) this.keep(request, this.nextKey(), flash);
    }
  }

  private keep(request: Request, key: string, flash: Flash): void {
    if (!hasSession(request)) {
      this.guests.write(request, [...this.guests.read(request), flash]);
      return;
    }
    const flashes = { ...request.session.flashes, [key]: flash };
    const newest = Object.keys(flashes).sort().slice(-MOST_KEPT);
    request.session.flashes = Object.fromEntries(newest.map((name) => [name, flashes[name]]));
  }

  private unread(request: Request): Flash[] {
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

/** A row may be older than this version, or damaged. */
function isFlash(value: unknown): value is Flash {
  const { level, text } = (value ?? {}) as Partial<Flash>;
  return typeof level === 'string' && typeof text === 'string';
}
