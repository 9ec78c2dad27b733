import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import type { Request } from 'express';
import { responseTo } from '../common/response-to';
import { Settings } from '../config/settings';
import { cookieName, cookieOptions } from '../sessions/cookie-options';

/** The cookie that holds the only key to a kept form: a random token. */
@Injectable()
export class FormCookie {
  private readonly name: string;

  constructor(private readonly settings: Settings) {
    this.name = cookieName(settings, 'form');
  }

  /** @returns the token, or null when none came along that we could have made. */
  read(request: Request): string | null {
    const text = parseCookie(request.headers.cookie ?? '')[this.name] ?? '';
    return /^[\w-]{43}$/.test(text) ? text : null;
  }

  /** @param maxAge in milliseconds. */
  write(request: Request, token: string, maxAge: number): void {
    responseTo(request).cookie(this.name, token, { ...cookieOptions(this.settings), maxAge });
  }

  clear(request: Request): void {
    responseTo(request).clearCookie(this.name, cookieOptions(this.settings));
  }
}
