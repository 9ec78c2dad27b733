import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { Clock } from '../options/clock';
import type { Flash } from './flash';
import { FlashCookies, type KeyedFlashes, type RequestFlashes } from './flash-cookies';

/** Messages that survive redirects until a page shows them once. They travel in signed cookies. */
@Injectable()
export class FlashService {
  private sequence = 0;

  constructor(
    private readonly cookies: FlashCookies,
    private readonly clock: Clock,
  ) {}

  add(request: RequestContext, { level, text }: Flash): void {
    this.put(request, this.nextKey(), { level, text });
  }

  /**
   * Replaces the flashes of this response with those of the repeated response. Pages show a key once, so an unread flash is
   * not duplicated. A flash that a page is just showing is shown again, because the user may have left that page.
   */
  repeat(request: RequestContext, flashes: KeyedFlashes): void {
    const state = this.of(request);
    for (const key of Object.keys(state.added)) Reflect.deleteProperty(state.unread, key);
    state.added = {};
    for (const [key, flash] of Object.entries(flashes)) this.put(request, key, flash);
  }

  /** Consumes and returns the unread flashes, oldest first. Call it only for pages that a user sees. */
  take(request: RequestContext): Flash[] {
    if (!request.flashes && !this.cookies.mayCarry(request)) return [];
    const state = this.of(request);
    const taken = inOrder(state.unread);
    state.unread = {};
    state.added = {};
    state.isTaken = true;
    return taken;
  }

  private put(request: RequestContext, key: string, flash: Flash): void {
    const state = this.of(request);
    state.unread[key] = flash;
    state.added[key] = flash;
  }

  private of(request: RequestContext): RequestFlashes {
    return (request.flashes ??= this.cookies.open(request));
  }

  /** Sorts by time, then by sequence. Random, because other processes have the same times and sequences. */
  private nextKey(): string {
    this.sequence = (this.sequence + 1) % 36 ** 4;
    const time = this.clock.now().toString(36).padStart(9, '0');
    return `${time}${this.sequence.toString(36).padStart(4, '0')}${randomBytes(3).toString('base64url')}`;
  }
}

const inOrder = (flashes: KeyedFlashes): Flash[] =>
  Object.keys(flashes)
    .sort()
    .map((key) => flashes[key]);
