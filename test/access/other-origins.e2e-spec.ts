import { Controller, Delete, Get, Module, Post, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../../src/index';
import { applicationWith, BASE_URL, PASSWORD, TestApp } from '../support/app';
import { routes } from '../support/routes';
import { type WireAnswer, Wire, type WireRequest } from '../support/wire';

const LISTED = 'http://localhost:5173';
const ORIGINS = [
  undefined,
  BASE_URL,
  LISTED,
  `${LISTED}/`,
  'http://localhost:51730',
  'https://evil.example',
  'null',
];
const SITES = [undefined, 'same-origin', 'none', 'same-site', 'cross-site'];
const TYPES = [
  ...[
    'application/json',
    'application/json; charset=utf-8',
    'application/x-www-form-urlencoded',
    'text/plain',
  ],
  ...['Text/Plain ; charset=utf-8', 'multipart/form-data; boundary=x'],
  undefined,
];
const PATHS = ['/api/v1/notes', '/notes', '/board'];

/** An application's own routes: below /api, elsewhere, and a page. */
@Controller()
@Public()
class NotesController {
  static readonly reached = new Set<string>();

  @Post(['api/v1/notes', 'notes', 'board'])
  create(@Req() request: Request): object {
    NotesController.reached.add(request.query.case as string);
    return {};
  }

  @Delete('notes')
  fail(): never {
    throw new Error('A failure of this test');
  }

  @Get('board')
  @Render('errors/error')
  board(): object {
    return {};
  }
}

@Module({ controllers: [NotesController] })
class NotesModule {}

const allowed = (answer: WireAnswer) => answer.header('access-control-allow-origin');

describe('An origin of ORIGINS', () => {
  let app: TestApp;
  let wire: Wire;

  beforeAll(async () => {
    app = await TestApp.start({ ORIGINS: LISTED }, [], applicationWith(NotesModule));
    wire = await Wire.open(app.port);
    await app.signUp('ada');
  });
  afterAll(async () => {
    wire.close();
    await app.close();
  });

  const preflight = (path: string, method: string, origin = LISTED, to = wire) =>
    to.ask({
      method: 'OPTIONS',
      path,
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'content-type',
      },
    });
  const call = (request: WireRequest, to = wire) =>
    to.ask({ ...request, headers: { Origin: LISTED, 'Sec-Fetch-Site': 'same-site', ...request.headers } });
  const login = () =>
    call({ method: 'POST', path: '/api/v1/auth/login', json: { username: 'ada', password: PASSWORD } });

  it('may call every route of the API, and no page, as preflights and answers agree', async () => {
    const wrong: unknown[] = [];
    const known = routes(app).filter(({ path }) => /^\/(api\/v1|users|account|lab)\b|^\/$/.test(path));
    expect(known.length).toBeGreaterThan(50);
    for (const { method, path } of known) {
      const address = path.replace(/:\w+/g, '1');
      const isApi = path.startsWith('/api/v1/');
      const asked = await preflight(address, method);
      const methods = asked.header('access-control-allow-methods')?.split(', ') ?? [];
      const answer = await call({ path: address });
      const isRight = isApi
        ? asked.status === 204 &&
          methods.includes(method) &&
          allowed(asked) === LISTED &&
          allowed(answer) === LISTED
        : [allowed(asked), allowed(answer)].every((origin) => origin === undefined);
      if (!isRight) wrong.push({ method, path, asked: asked.headers, status: answer.status });
    }
    expect(wrong).toEqual([]);
  });

  it('gets a complete answer to its preflight', async () => {
    const { status, headers, text } = await preflight('/api/v1/users/1', 'PATCH');
    expect([status, text]).toEqual([204, '']);
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': LISTED,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, PATCH, DELETE',
      'access-control-allow-headers': 'Content-Type, X-CSRF-Token, Idempotency-Key',
      'access-control-max-age': '600',
      vary: expect.stringContaining('Origin'),
    });
  });

  const cells = PATHS.flatMap((path) =>
    ORIGINS.flatMap((origin) => SITES.flatMap((site) => TYPES.map((type) => ({ path, origin, site, type })))),
  );

  it(`may change what it may read, and nobody else may either, in all ${cells.length} cases`, async () => {
    const wrong: unknown[] = [];
    for (const [index, cell] of cells.entries()) {
      const { path, origin, site, type } = cell;
      const name = String(index);
      const headers = {
        Accept: 'application/json',
        ...(origin && { Origin: origin }),
        ...(site && { 'Sec-Fetch-Site': site }),
        ...(type && { 'Content-Type': type }),
      };
      const answer = await wire.ask({ method: 'POST', path: `${path}?case=${name}`, headers });
      const isForm = type !== undefined && !type.startsWith('application/json');
      const isAdmitted = origin === LISTED && !isForm && path !== '/board';
      const isOurs =
        site === undefined ? [undefined, BASE_URL].includes(origin) : ['same-origin', 'none'].includes(site);
      const isRight =
        NotesController.reached.has(name) === (isAdmitted || isOurs) &&
        (answer.status === 403) === !(isAdmitted || isOurs) &&
        allowed(answer) === (isAdmitted ? LISTED : undefined) &&
        /\borigin\b/i.test(answer.header('vary') ?? '');
      if (!isRight) wrong.push({ ...cell, status: answer.status, allowed: allowed(answer) });
    }
    expect(wrong).toEqual([]);
  });

  it('cannot reach a page by a method override', async () => {
    const answer = await call({ method: 'POST', path: '/users/1?_method=DELETE', json: {} });
    expect([answer.status, allowed(answer)]).toEqual([403, undefined]);
  });

  it('logs in, reads, writes and logs out', async () => {
    const cookie = (await login()).cookie('sid')!;
    const me = await call({ path: '/api/v1/auth/me', cookie });
    expect([me.status, allowed(me)]).toEqual([200, LISTED]);
    const { id } = JSON.parse(me.text) as { id: number };
    const path = `/api/v1/users/${id}/messages`;
    expect((await call({ method: 'POST', path, json: { content: 'hi' }, cookie })).status).toBe(201);
    expect((await call({ method: 'POST', path: '/api/v1/auth/logout', cookie })).status).toBe(204);
    expect((await call({ path: '/api/v1/auth/me', cookie })).status).toBe(401);
  });

  it('can read every error', async () => {
    const throttled = await app.another({ THROTTLE: 'on' });
    const other = await Wire.open(throttled.port);
    const guess = {
      method: 'POST',
      path: '/api/v1/auth/login',
      json: { username: 'ada', password: 'wrong' },
    };
    for (let tries = 0; tries < 6; tries += 1) await call(guess, other);
    const post = (path: string, json: unknown): WireRequest => ({ method: 'POST', path, json });
    const errors: [number, WireRequest, Wire?][] = [
      [400, { ...post('/api/v1/auth/login', {}), headers: { 'Content-Encoding': 'gzip' } }],
      [401, { path: '/api/v1/auth/me' }],
      [401, guess],
      [404, { path: '/api/v1/nowhere' }],
      [405, { method: 'PUT', path: '/api/v1/auth/me' }],
      [409, post('/api/v1/auth/signup', { username: 'ada', password: PASSWORD })],
      [422, post('/api/v1/auth/signup', {})],
      [429, guess, other],
      [500, { method: 'DELETE', path: '/notes' }],
    ];
    const answers = await Promise.all(
      errors.map(async ([, request, to]) => {
        const own = await Wire.open(to ? throttled.port : app.port);
        const answer = await call(request, own);
        own.close();
        return answer;
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(errors.map(([status]) => status));
    expect(answers.map(allowed)).toEqual(errors.map(() => LISTED));
    const exposed = answers.map((answer) => answer.header('access-control-expose-headers'));
    expect(new Set(exposed)).toEqual(
      new Set(['Content-Disposition, Location, Retry-After, X-CSRF-Token, X-Request-Id']),
    );
    other.close();
    await throttled.close();
  });

  it('can read that the database is away', async () => {
    const broken = await app.another({ SESSION_CACHE: '0' });
    await broken.dataSource.destroy();
    const other = await Wire.open(broken.port);
    const cookie = (await login()).cookie('sid');
    const answer = await call({ path: '/api/v1/auth/me', cookie }, other);
    expect([answer.status, allowed(answer)]).toEqual([503, LISTED]);
    other.close();
  });

  it('needs SameSite=None cookies only if it is another site', async () => {
    const attributes = async (environment: Record<string, string>) => {
      const other = await app.another({
        BASE_URL: 'https://api.example.com',
        TRUST_PROXY: '1',
        ...environment,
      });
      const at = await Wire.open(other.port);
      const headers = { Origin: environment.ORIGINS, 'X-Forwarded-Proto': 'https' };
      const json = { username: 'ada', password: PASSWORD, remember: true };
      const { headers: sent } = await at.ask({ method: 'POST', path: '/api/v1/auth/login', json, headers });
      at.close();
      await other.close();
      const cookies = sent.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
      expect(cookies.length).toBe(3); // session, remember-me, device
      for (const cookie of cookies)
        expect(cookie).toMatch(/^__Host-.*; Path=\/;.*HttpOnly; Secure; SameSite=/);
      return new Set(cookies.map((cookie) => /SameSite=\w+/.exec(cookie)![0]));
    };
    const ORIGINS = 'https://app.example.com';
    expect(await attributes({ ORIGINS, SITE_DOMAIN: 'example.com' })).toEqual(new Set(['SameSite=Lax']));
    expect(await attributes({ ORIGINS })).toEqual(new Set(['SameSite=None']));
  });

  it('may send and read what a bearer client does, if bearer is on', async () => {
    const other = await app.another({ BEARER: 'on' });
    const at = await Wire.open(other.port);
    const { headers } = await preflight('/api/v1/auth/login', 'POST', LISTED, at);
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-headers': 'Content-Type, X-CSRF-Token, Idempotency-Key, Authorization',
      'access-control-expose-headers': expect.stringContaining('X-Session-Id'),
    });
    expect(
      allowed(await preflight('/api/v1/auth/login', 'POST', 'https://evil.example', at)),
    ).toBeUndefined();
    at.close();
    await other.close();
  });

  it('is not told that its refused form came from a wrong BASE_URL', async () => {
    const answer = await call({
      method: 'POST',
      path: '/notes',
      form: { a: 'b' },
      headers: { Accept: '*/*' },
    });
    expect([answer.status, JSON.parse(answer.text).detail]).toEqual([
      403,
      'Nothing was changed: this origin may call the API, but it may not use pages or send forms.',
    ]);
  });
});

it('Without ORIGINS no answer has a header of CORS', async () => {
  const app = await TestApp.start();
  const headers = { Origin: LISTED, 'Access-Control-Request-Method': 'GET' };
  for (const method of ['options', 'get'] as const) {
    const answer = await app.agent()[method]('/api/v1/auth/me').set(headers);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(answer.headers.vary ?? '').not.toMatch(/Origin/);
  }
  await app.close();
});
