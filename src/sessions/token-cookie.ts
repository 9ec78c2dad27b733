import { parseCookie } from 'cookie';
import type { RequestContext } from '../http/request-context';
import type { Settings } from '../options/settings';
import { clearCookie, cookieName, setCookie } from './cookies';

/** A cookie that holds a random token, the only credential for what it unlocks. */
export class TokenCookie {
  private readonly name: string;

  constructor(
    private readonly settings: Settings,
    name: string,
  ) {
    this.name = cookieName(settings, name);
  }

  /** @returns the token, or null if none was sent or its format is wrong. */
  read(request: RequestContext): string | null {
    const text = parseCookie(request.headers.cookie ?? '')[this.name] ?? '';
    return isToken(text) ? text : null;
  }

  /** Ignores a text that is not a token. @param maxAge in milliseconds. */
  write(request: RequestContext, token: string, maxAge: number): void {
    if (isToken(token)) setCookie(request, this.settings, this.name, token, maxAge);
  }

  clear(request: RequestContext): void {
    clearCookie(request, this.settings, this.name);
  }
}

const isToken = (text: string): boolean => /^[\w-]{43}$/.test(text);
