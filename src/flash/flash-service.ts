import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import { type RequestContext, type ResponseContext, responseTo } from '../http/request-context';
import { Clock } from '../options/clock';
import { hasSession } from '../sessions/session-service';
import { onBeforeEnd } from '../http/defer-end';
import { Settings } from '../options/settings';
import { cookieName, cookieOptions } from '../sessions/cookies';
import { SignedCookies } from '../sessions/signed-cookies';
import type { Flash } from './flash';

const MAX_AGE = 5 * 60_000;
/** Drop the oldest flashes, as browsers reject cookies above 4,096 bytes, including name and attributes. */
const LARGEST_VALUE = 3_500;

/** Flashes of a visitor without a session, in a signed cookie, so that bots create no rows. */
@Injectable()
export class GuestFlashes {
  private readonly name: string;
  private readonly written = new WeakMap<RequestContext, Flash[]>();

  constructor(
    private readonly settings: Settings,
    private readonly cookies: SignedCookies,
  ) {
    this.name = cookieName(settings, 'flash');
  }

  read(request: RequestContext): Flash[] {
    return this.written.get(request) ?? this.fromCookie(request);
  }

  /** Sets or clears the cookie when the response is sent. */
  write(request: RequestContext, flashes: Flash[]): void {
    const isFirst = !this.written.has(request);
    this.written.set(request, flashes);
    if (isFirst) onBeforeEnd(responseTo(request), () => this.send(request, responseTo(request)));
  }

  private fromCookie(request: RequestContext): Flash[] {
    if (!request.headers.cookie?.includes(this.name)) return [];
    const { [this.name]: text } = parseCookie(request.headers.cookie ?? '');
    return (this.cookies.open(this.name, text, MAX_AGE) as Flash[] | undefined) ?? [];
  }

  private send(request: RequestContext, response: ResponseContext): void {
    if (response.statusCode >= 500) return; // a failed response has shown no flash; sessions are not saved either
    const options = cookieOptions(this.settings);
    const flashes = this.read(request);
    let value = this.cookies.seal(this.name, flashes);
    for (let kept = flashes; value.length > LARGEST_VALUE; value = this.cookies.seal(this.name, kept)) {
      kept = kept.slice(1);
    }
    if (flashes.length > 0) response.cookie(this.name, value, { ...options, maxAge: MAX_AGE });
    else if (this.fromCookie(request).length > 0) response.clearCookie(this.name, options);
  }
}

declare module 'express-session' {
  interface SessionData {
    /** Unread flashes by time-ordered key. Merging by key keeps those that parallel requests add. */
    flashes: Record<string, Flash>;
  }
}

declare module '../http/request-context' {
  interface RequestFields {
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
   * Replaces the flashes of this response with those of the repeated one. An unread flash is not duplicated.
   * A flash that a page is just showing is repeated, because the user may have left that page.
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
