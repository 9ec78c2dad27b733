import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import { type RequestContext, type ResponseContext, responseTo } from '../http/request-context';
import { onBeforeEnd } from '../http/defer-end';
import { Settings } from '../options/settings';
import { cookieName, cookieOptions, SignedCookies } from '../sessions/cookies';
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
