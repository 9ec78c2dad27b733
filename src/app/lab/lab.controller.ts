import { Controller, Get, Post, Query, Redirect, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import { MaxLength } from 'class-validator';
import { Public } from '../../access/decorators';
import { Settings } from '../../options/settings';
import { cookieName } from '../../sessions/cookies';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import { hasSession, SessionService } from '../../sessions/session-service';
import { TextField } from '../../http/text/text-field.decorator';
import { COUNTER_COOKIE, CounterCookie } from './counter-cookie';

export class PlainCookieQuery {
  @MaxLength(200, { message: 'Use at most 200 characters.' })
  @TextField()
  username!: string;
}

const PLAIN_COOKIE = 'username';
const COUNTER = 'lab';

/** Demonstrates the chapter: server-side and cookie sessions side by side, with the data sent and stored. */
@ApiExcludeController()
@Controller('lab')
@Public()
export class LabController {
  private readonly sessionCookie: string;

  constructor(
    settings: Settings,
    private readonly counter: CounterCookie,
    private readonly sessions: SessionService,
  ) {
    this.sessionCookie = cookieName(settings, 'sid');
  }

  @Get()
  @Render('lab/lab')
  lab(@Req() request: Request) {
    return {
      title: 'Lab: two ways to remember a number',
      server: this.serverSide(request),
      signed: this.signedCookie(request),
    };
  }

  @Post('counter')
  @Redirect('/lab', 303)
  countOnServer(@Req() request: Request): void {
    this.sessions.increment(request, COUNTER);
  }

  @Post('counter/clear')
  @Redirect('/lab', 303)
  clearOnServer(@Req() request: Request): void {
    const { counters } = request.session;
    if (counters) Reflect.deleteProperty(counters, COUNTER);
  }

  @Get('cookies')
  @Render('lab/cookies')
  cookies(@Req() request: Request) {
    const { [PLAIN_COOKIE]: username } = parseCookie(request.headers.cookie ?? '');
    return { title: 'Lab: a plain cookie', username: username ?? null };
  }

  @Get('cookies/set')
  @Redirect('/lab/cookies', 303)
  setCookie(@Query() { username }: PlainCookieQuery, @Res({ passthrough: true }) response: Response): void {
    // Deliberately unsigned and without HttpOnly, to demonstrate why that is unsafe.
    response.cookie(PLAIN_COOKIE, username, { path: '/', sameSite: 'lax' });
  }

  private serverSide(request: Request) {
    const value = parseCookie(request.headers.cookie ?? '')[this.sessionCookie];
    return {
      count: request.session.counters?.[COUNTER] ?? null,
      // Truncated: the whole cookie would be exposed to scripts, screenshots and onlookers.
      cookie: { name: this.sessionCookie, value: value && `${value.slice(0, 10)}…` },
      stored: hasSession(request) ? hashOfSessionId(request.sessionID) : null,
    };
  }

  private signedCookie(request: Request) {
    const value = this.counter.textOf(request);
    const [payload, timestamp, signature] = value?.split('.') ?? [];
    return {
      count: this.counter.read(request),
      cookie: { name: COUNTER_COOKIE, value },
      payload: payload ? Buffer.from(payload, 'base64url').toString() : null,
      timestamp: timestamp ?? null,
      signature: signature ?? null,
    };
  }
}
