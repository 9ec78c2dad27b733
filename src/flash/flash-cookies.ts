import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import { onBeforeEnd } from '../http/defer-end';
import { type RequestContext, type ResponseContext, responseTo } from '../http/request-context';
import { Settings } from '../options/settings';
import { clearCookie, cookieName, setCookie } from '../sessions/cookies';
import { hasSession } from '../sessions/session-service';
import { SignedCookies } from '../sessions/signed-cookies';
import type { Flash } from './flash';

/** Flashes by keys that sort by time. */
export type KeyedFlashes = Record<string, Flash>;

/** The flashes of a request: those that its cookies carry, and those that it adds. */
export interface RequestFlashes {
  readonly carriers: readonly Carrier[];
  /** What a page would show now. */
  unread: KeyedFlashes;
  /** What this request added to `unread`. */
  added: KeyedFlashes;
  /** Whether a page showed what the cookies carry. */
  isTaken: boolean;
}

interface Carrier {
  readonly name: string;
  readonly value: string;
  readonly flashes: KeyedFlashes;
}

declare module '../http/request-context' {
  interface RequestFields {
    flashes?: RequestFlashes;
  }
}

/** How long a guest's flashes wait for a page. */
const GUEST_MAX_AGE = 5 * 60_000;
/** Limit of one cookie, and of all flash cookies of a browser together. Browsers reject cookies above 4,096 bytes with all attributes. */
const LARGEST_VALUE = 3_500;
/** Of a cookie with a name of its own. A dozen parallel responses may each add one; Node reads headers of 16 kB. */
const LARGEST_OWN = 800;
/** Suffix of a logged-in user's shared cookie. */
const JOINED = 'joined';
/** More than the parallel responses of one browser. */
const MOST_READ = 100;

/**
 * Carries flashes over redirects in signed cookies: no statement stores or deletes them. To a user, each response sends its
 * flashes in a cookie of its own name, so that parallel responses lose none. A guest has one cookie.
 */
@Injectable()
export class FlashCookies {
  private readonly name: string;

  constructor(
    private readonly settings: Settings,
    private readonly cookies: SignedCookies,
  ) {
    this.name = cookieName(settings, 'flash');
  }

  /** Whether the request may have a cookie with flashes. */
  mayCarry({ headers }: RequestContext): boolean {
    return headers.cookie?.includes(this.name) ?? false;
  }

  /** The flashes that the cookies carry. What a page has not shown by the end of the response travels on. */
  open(request: RequestContext): RequestFlashes {
    const carriers = this.mayCarry(request) ? this.carriersOf(request) : [];
    const flashes: RequestFlashes = {
      carriers,
      unread: Object.fromEntries(carriers.flatMap((carrier) => Object.entries(carrier.flashes))),
      added: {},
      isTaken: false,
    };
    onBeforeEnd(responseTo(request), () => this.send(request, responseTo(request), flashes));
    return flashes;
  }

  private carriersOf(request: RequestContext): Carrier[] {
    const cookies = Object.entries(parseCookie(request.headers.cookie ?? '')).filter(
      ([name]) => name === this.name || name.startsWith(`${this.name}-`),
    );
    return cookies.slice(0, MOST_READ).flatMap(([name, value = '']) => {
      const maxAge = name === this.name ? GUEST_MAX_AGE : this.settings.sessionAbsoluteTimeout;
      const content = this.cookies.open(name, value, maxAge);
      return content === undefined ? [] : [{ name, value, flashes: onlyFlashes(content) }];
    });
  }

  private send(request: RequestContext, response: ResponseContext, flashes: RequestFlashes): void {
    if (response.statusCode >= 500) return; // a failed response has shown no flash; sessions are not saved either
    const { carriers, isTaken } = flashes;
    const sent = this.cookieFor(request, flashes);
    // A user's cookie ends with the browser, as the session's does.
    const maxAge = sent?.isUsers ? undefined : GUEST_MAX_AGE;
    if (sent) setCookie(request, this.settings, sent.name, sent.value, maxAge);
    for (const { name } of isTaken || sent?.replacesAll ? carriers : [])
      if (name !== sent?.name) clearCookie(request, this.settings, name);
  }

  /** The cookie with what this request added, and with what it carried if that must not stay in cookies of its own. */
  private cookieFor(request: RequestContext, { carriers, unread, added, isTaken }: RequestFlashes) {
    if (Object.keys(added).length === 0) return undefined;
    const isUsers = hasSession(request);
    const ownName = `${this.name}-${randomBytes(16).toString('base64url')}`;
    const own = this.seal(ownName, added);
    const carried = isTaken ? 0 : carriers.reduce((sum, carrier) => sum + carrier.value.length, 0);
    if (isUsers && own.length <= LARGEST_OWN && carried + own.length <= LARGEST_VALUE)
      return { name: ownName, value: own, isUsers, replacesAll: false };
    // Under one name, so that parallel responses cannot add up to more than a server reads (431).
    const name = isUsers ? `${this.name}-${JOINED}` : this.name;
    return { name, value: this.seal(name, unread), isUsers, replacesAll: true };
  }

  /** Drops the oldest flashes beyond what a cookie holds. */
  private seal(name: string, flashes: KeyedFlashes): string {
    let kept = Object.entries(flashes).sort(([one], [other]) => (one < other ? -1 : 1));
    let value = this.cookies.seal(name, Object.fromEntries(kept));
    while (value.length > LARGEST_VALUE) {
      kept = kept.slice(1);
      value = this.cookies.seal(name, Object.fromEntries(kept));
    }
    return value;
  }
}

/** The content of a cookie may come from an older version. */
function onlyFlashes(content: unknown): KeyedFlashes {
  return Object.fromEntries(Object.entries(content ?? {}).filter(([, value]) => isFlash(value)));
}

function isFlash(value: unknown): value is Flash {
  const { level, text } = (value ?? {}) as Partial<Flash>;
  return typeof level === 'string' && typeof text === 'string';
}
