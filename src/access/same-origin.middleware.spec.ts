import { Logger } from '@nestjs/common';
import express, { type NextFunction, type Request, type Response } from 'express';
import request from 'supertest';
import type { Settings } from '../options/settings';
import { REMEMBER_COOKIE, SESSION_COOKIE } from '../sessions/cookies';
import type { RememberCookie } from '../sessions/remember-cookie';
import { Signer } from '../sessions/signer';
import { AllowedOrigins } from './allowed-origins';
import { CsrfToken, SameOriginMiddleware } from './same-origin.middleware';

const OURS = 'https://latchkey.example';
const settings = {
  origin: OURS,
  origins: [] as string[],
  sessionSecrets: ['a secret for tests'],
} as Settings;
const csrf = new CsrfToken(new Signer(settings), settings);
const remembered = { isGood: (sent: Request) => sent.get('cookie') === `${REMEMBER_COOKIE}=good` };
const middleware = new SameOriginMiddleware(
  settings,
  csrf,
  remembered as RememberCookie,
  new AllowedOrigins(settings),
);

/** A browser's session after the session middleware. */
let session: { sessionID: string; session: object };

const application = express()
  .use(express.json())
  .use((incoming: Request, _response: Response, next: NextFunction) => {
    Object.assign(incoming, session);
    next();
  })
  .use((incoming: Request, response: Response, next: NextFunction) => {
    middleware.use(incoming, response, next);
  })
  .all('/target', (incoming: Request, response: Response) => {
    const { csrfToken } = { ...response.locals }; // Express copies the locals for a view
    response.json({ body: (incoming.body as unknown) ?? null, token: (csrfToken as () => unknown)() });
  })
  .use((error: Error & { status: number }, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else response.status(error.status).json({ message: error.message });
  });

const REFUSAL = 'Nothing was changed: this request did not come from our own pages.';

describe('The same-origin check', () => {
  beforeAll(() => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });
  afterAll(() => jest.restoreAllMocks());

  beforeEach(() => {
    session = { sessionID: 'the session of ada', session: { cookie: {}, userId: 7 } };
  });

  const ask = (method: string, headers: Record<string, string> = {}, body?: object) => {
    const asked = request(application)[method.toLowerCase() as 'post']('/target').set(headers);
    return body ? asked.send(body) : asked;
  };
  const cookie = { Cookie: `${SESSION_COOKIE}=s` };
  const token = () => csrf.of(session as unknown as Request)!;

  it.each(['GET', 'HEAD', 'OPTIONS'])('lets %s pass, wherever it comes from', async (method) => {
    await ask(method, { ...cookie, 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }).expect(
      200,
    );
  });

  describe.each(['POST', 'PUT', 'PATCH', 'DELETE'])('for %s', (method) => {
    it.each([
      ['same-origin', 200],
      ['none', 200],
      ['same-site', 403],
      ['cross-site', 403],
      ['Same-Origin', 403],
      ['', 403],
    ])('believes Sec-Fetch-Site "%s" before all else: %d', async (site, status) => {
      const opposite = status === 200 ? 'https://evil.example' : OURS;
      const answer = await ask(method, {
        ...cookie,
        'Sec-Fetch-Site': site,
        Origin: opposite,
        'X-CSRF-Token': token(),
      });
      expect(answer.status).toBe(status);
      if (status === 403) expect(answer.body).toEqual({ message: REFUSAL });
    });

    it.each([
      [OURS, 200],
      ['http://latchkey.example', 403],
      ['https://latchkey.example.evil.example', 403],
      ['null', 403],
    ])('without it believes Origin "%s": %d', async (origin, status) => {
      await ask(method, { ...cookie, Origin: origin, 'X-CSRF-Token': token() }).expect(status);
    });

    it('without both refuses what comes with a live session or a good remember-me token, and nothing else', async () => {
      await ask(method, cookie).expect(403);
      session.session = { cookie: {} }; // a visitor without a stored session
      await ask(method, { Cookie: `${REMEMBER_COOKIE}=good` }).expect(403);
      await ask(method, { Cookie: `${REMEMBER_COOKIE}=ended` }).expect(200);
      await ask(method, cookie).expect(200);
      await ask(method).expect(200);
    });

    it('without both believes a token of this session, in a header or a field', async () => {
      await ask(method, { ...cookie, 'X-CSRF-Token': token() }).expect(200);
      await ask(method, cookie, { _csrf: token() }).expect(200);
      const ofAnother = csrf.of({ ...session, sessionID: 'another' } as unknown as Request)!;
      await ask(method, { ...cookie, 'X-CSRF-Token': ofAnother }).expect(403);
      await ask(method, cookie, { _csrf: ofAnother }).expect(403);
      await ask(method, cookie, { _csrf: [token()] }).expect(403);
      await ask(method, cookie, { token: token() }).expect(403);
      await ask(method, { ...cookie, 'X-CSRF-Token': `${token()}x` }).expect(403);
    });
  });

  it('lets a header decide where both a header and a field came', async () => {
    await ask('POST', { ...cookie, 'X-CSRF-Token': 'wrong' }, { _csrf: token() }).expect(403);
    await ask('POST', { ...cookie, 'X-CSRF-Token': token() }, { _csrf: 'wrong' }).expect(200);
  });

  it('takes the token out of the body, and leaves the rest', async () => {
    const { body } = await ask('POST', { Origin: OURS }, { _csrf: token(), content: 'hello' }).expect(200);
    expect((body as { body: unknown }).body).toEqual({ content: 'hello' });
  });

  it('gives pages the token of their session, and none to a visitor without one', async () => {
    const mine = await ask('GET');
    expect(mine.body).toMatchObject({ token: token() });
    session.session = { cookie: {} };
    expect((await ask('GET')).body).not.toHaveProperty('token');
  });
});

describe('A token against forged requests', () => {
  const request = { sessionID: 'one', session: { userId: 7 } } as unknown as Request;

  it('matches the session it was made for, and nothing else', () => {
    const own = csrf.of(request)!;
    expect(own).toMatch(/^[\w-]{43}$/);
    expect(csrf.matches(request, own)).toBe(true);
    for (const wrong of [undefined, null, '', [own], { own }, `${own} `, own.toUpperCase()]) {
      expect(csrf.matches(request, wrong)).toBe(false);
    }
    expect(csrf.matches({ ...request, sessionID: 'two' }, own)).toBe(false);
  });

  it('is worth nothing for another purpose of the same secret', () => {
    const signer = new Signer(settings);
    expect(signer.verify('', 'one', csrf.of(request)!)).toBe(false);
  });

  it('is none for a visitor without a session, and matches none then', () => {
    const visitor = { sessionID: 'one', session: { cookie: {} } } as unknown as Request;
    expect(csrf.of(visitor)).toBeUndefined();
    expect(csrf.matches(visitor, csrf.of(request))).toBe(false);
  });
});
