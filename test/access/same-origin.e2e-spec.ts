import { All, Controller, Logger, Module, Param, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../../src/index';
import { applicationWith, BASE_URL, PASSWORD, TestApp } from '../support/app';
import { Wire, type WireRequest } from '../support/wire';

/** Records which requests reached a handler. */
@Controller()
@Public()
class TargetController {
  static readonly reached = new Set<string>();

  @All(['target/:name', 'api/v1/target/:name'])
  target(@Param('name') name: string, @Req() request: Request): object {
    TargetController.reached.add(name);
    return { body: (request.body as object | undefined) ?? {} };
  }
}

@Module({ controllers: [TargetController] })
class TargetModule {}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const SITES = [undefined, 'same-origin', 'none', 'same-site', 'cross-site', 'Same-Origin'];
const ORIGINS = [
  undefined,
  BASE_URL,
  'https://localhost:3000', // our host, another scheme
  'http://localhost:3000.evil.example',
  'https://evil.example',
  'null',
];
const COOKIES = ['none', 'live', 'ended', 'forged'] as const;
const TOKENS = ['none', 'own', 'of another session', 'from before log-in'] as const;

interface Cell {
  method: string;
  api: boolean;
  site: string | undefined;
  origin: string | undefined;
  cookie: (typeof COOKIES)[number];
  token: (typeof TOKENS)[number];
}

/** The rule, implemented from its text independently of the product. */
function isAllowed({ method, site, origin, cookie, token }: Cell): boolean {
  if (['GET', 'HEAD'].includes(method)) return true;
  // "A Sec-Fetch-Site other than same-origin or none is always refused;
  if (site !== undefined) return ['same-origin', 'none'].includes(site);
  // without it, an Origin other than BASE_URL's, scheme included, is always refused;
  if (origin !== undefined) return origin === BASE_URL;
  // with neither, refused when the session is live unless a token bound to it is sent."
  return cookie !== 'live' || token === 'own';
}

const cells: Cell[] = METHODS.flatMap((method) =>
  [false, true].flatMap((api) =>
    SITES.flatMap((site) =>
      ORIGINS.flatMap((origin) =>
        COOKIES.flatMap((cookie) => TOKENS.map((token) => ({ method, api, site, origin, cookie, token }))),
      ),
    ),
  ),
);

describe('A request from another origin', () => {
  let app: TestApp;
  let wire: Wire;
  let cookies: Record<Cell['cookie'], string | undefined>;
  let tokens: Record<Cell['token'], string | undefined>;

  const ours = { Origin: BASE_URL };
  const json = { username: 'ada', password: PASSWORD };
  const login = async (cookie?: string) =>
    (await wire.ask({ method: 'POST', path: '/api/v1/auth/login', json, cookie, headers: ours })).cookie(
      'sid',
    )!;
  const tokenOf = async (cookie: string) =>
    /name="_csrf" value="([^"]+)"/.exec((await wire.ask({ path: '/lab', cookie })).text)![1];

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(TargetModule));
    wire = await Wire.open(app.port);
    await app.signUp('ada');

    const guest = await wire.ask({ method: 'POST', path: '/lab/counter', headers: ours });
    const before = guest.cookie('sid')!;
    const tokenBefore = await tokenOf(before);
    const live = await login(before);
    const ended = await login();
    await wire.ask({ method: 'POST', path: '/users/logout', cookie: ended, headers: ours });
    cookies = { none: undefined, live, ended, forged: `sid=s%3A${'A'.repeat(43)}.${'B'.repeat(43)}` };
    tokens = {
      none: undefined,
      own: await tokenOf(live),
      'of another session': await tokenOf(await login()),
      'from before log-in': tokenBefore,
    };
  });
  afterAll(async () => {
    wire.close();
    await app.close();
  });

  function requestFor({ method, api, site, origin, cookie, token }: Cell, name: string): WireRequest {
    const value = tokens[token];
    const headers = {
      Accept: 'application/json', // avoids thousands of error pages; the decision comes before
      ...(site && { 'Sec-Fetch-Site': site }),
      ...(origin && { Origin: origin }),
      ...(api && value && { 'X-CSRF-Token': value }),
    };
    const common = { method, headers, cookie: cookies[cookie] };
    return api
      ? { ...common, path: `/api/v1/target/${name}`, json: {} }
      : { ...common, path: `/target/${name}`, form: { field: 'kept', ...(value && { _csrf: value }) } };
  }

  it(`reaches a handler exactly when the rule allows it, in all ${cells.length} cases`, async () => {
    const wrong: unknown[] = [];
    for (const [index, cell] of cells.entries()) {
      const { status } = await wire.ask(requestFor(cell, String(index)));
      const reached = TargetController.reached.has(String(index));
      const allowed = isAllowed(cell);
      if (reached !== allowed || (status === 403) === allowed) wrong.push({ ...cell, status, reached });
    }
    expect(wrong).toEqual([]);
    expect(cells.filter(isAllowed).length).toBeLessThan(cells.length);
  }, 90_000);

  it('is refused with a reason, as a page and as a problem', async () => {
    const headers = { Origin: 'https://evil.example', Accept: 'text/html' };
    const page = await wire.ask({ method: 'POST', path: '/target/x', form: {}, headers });
    expect(page.header('content-type')).toMatch(/^text\/html/);
    const problem = await wire.ask({ method: 'POST', path: '/api/v1/target/x', json: {}, headers });
    expect(problem.header('content-type')).toMatch(/^application\/problem\+json/);
    for (const answer of [page, problem]) {
      expect(answer.status).toBe(403);
      expect(answer.text).toContain(
        `came from https://evil.example, but the address of this site is ${BASE_URL}`,
      );
    }
  });

  it('from our own page under another host name is refused with the address to open, for the user and the operator', async () => {
    const logged = jest.spyOn(Logger.prototype, 'warn');
    const origin = 'http://192.168.1.5:3000'; // no browser sends Sec-Fetch-Site to it
    const headers = { Origin: origin, Host: '192.168.1.5:3000', Accept: 'text/html' };
    const form = { username: 'ada', password: PASSWORD };
    for (let tries = 0; tries < 3; tries += 1) {
      const page = await wire.ask({ method: 'POST', path: '/users/login', form, headers });
      expect(page.status).toBe(403);
      expect(page.text).toContain(`this request came from ${origin}`);
      expect(page.text).toContain(`the address of this site is ${BASE_URL}. Open it there and try again.`);
      expect(page.text).not.toContain('did not come from our own pages');
    }
    const lines = logged.mock.calls.map(([line]) => String(line)).filter((line) => line.includes(origin));
    logged.mockRestore();
    expect(lines).toEqual([expect.stringContaining(`BASE_URL is ${BASE_URL}`)]);
  });

  it('is logged for 20 origins at most, and only for valid ones', async () => {
    const logged = jest.spyOn(Logger.prototype, 'warn');
    const login = { method: 'POST', path: '/api/v1/auth/login', json };
    for (const origin of ['null', 'javascript:alert(1)', 'x'.repeat(5_000), `http://${'x'.repeat(5_000)}`]) {
      const answer = await wire.ask({ ...login, headers: { Origin: origin } });
      expect([answer.status, answer.text.length < 1_000]).toEqual([403, true]);
    }
    expect(logged.mock.calls).toEqual([]);
    for (let n = 0; n < 50; n += 1) {
      await wire.ask({ ...login, headers: { Origin: `https://evil${n}.example` } });
    }
    expect(logged.mock.calls.length).toBeLessThanOrEqual(20);
    logged.mockRestore();
  });

  it('without an origin gets the missing token named', async () => {
    const answer = await wire.ask({ method: 'POST', path: '/api/v1/auth/logout', cookie: cookies.live });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ detail: expect.stringContaining('X-CSRF-Token') });
  });

  it('passes the token to no handler', async () => {
    const cell: Cell = {
      method: 'POST',
      api: false,
      site: undefined,
      origin: undefined,
      cookie: 'live',
      token: 'own',
    };
    const answer = await wire.ask(requestFor(cell, 'fields'));
    expect(JSON.parse(answer.text)).toEqual({ body: { field: 'kept' } });
  });

  it.each([
    ['log-in', '/users/login', { username: 'ada', password: PASSWORD }],
    ['log-out', '/users/logout', {}],
    ['sign-up', '/users/signup', { username: 'victim', password: PASSWORD }],
  ])('changes nothing at %s, which counts as a state of its own', async (_, path, form) => {
    const cookie = await login();
    const foreign: Record<string, string>[] = [
      { Origin: 'https://evil.example' },
      { Origin: 'http://localhost' }, // our host, another port
      { 'Sec-Fetch-Site': 'cross-site' },
    ];
    for (const headers of foreign) {
      const answer = await wire.ask({ method: 'POST', path, form, headers, cookie });
      expect(answer.status).toBe(403);
      expect(answer.cookie('sid')).toBeUndefined();
    }
    expect((await wire.ask({ path: '/api/v1/auth/me', cookie })).status).toBe(200);
  });

  it.each(['same-site', 'cross-site'])('by a link from %s does not log out', async (site) => {
    const cookie = await login();
    const headers = { 'Sec-Fetch-Site': site };
    const page = await wire.ask({ path: '/users/logout', cookie, headers });
    expect(page.status).toBe(200);
    expect((await wire.ask({ path: '/api/v1/auth/me', cookie })).status).toBe(200);
  });

  it.each([
    ['Host', { Host: 'evil.example' }],
    ['X-Forwarded-Host', { 'X-Forwarded-Host': 'evil.example' }],
    ['Forwarded', { Forwarded: 'host=evil.example;proto=http' }],
    ['X-Forwarded-Host and Host', { 'X-Forwarded-Host': 'evil.example', Host: 'evil.example' }],
  ])('is not helped by %s that names it', async (_, headers) => {
    const spoofed = { ...headers, Origin: 'http://evil.example' };
    for (const cookie of [undefined, cookies.live]) {
      const answer = await wire.ask({
        method: 'POST',
        path: '/target/spoof',
        form: {},
        headers: spoofed,
        cookie,
      });
      expect(answer.status).toBe(403);
    }
    expect(TargetController.reached.has('spoof')).toBe(false);
  });

  it('is not allowed by a method override in a form or a header', async () => {
    const headers = { Origin: 'https://evil.example', 'X-HTTP-Method-Override': 'GET' };
    for (const path of ['/target/claim?_method=GET', '/target/claim?_method=HEAD', '/target/claim']) {
      const answer = await wire.ask({ method: 'POST', path, form: { _method: 'GET' }, headers });
      expect(answer.status).toBe(403);
    }
    const get = await wire.ask({
      path: '/users/logout?_method=DELETE',
      headers: { ...ours, Accept: 'text/html' },
    });
    expect(get.status).toBe(303); // a GET stays a GET, whatever its query
    expect(TargetController.reached.has('claim')).toBe(false);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
  ])('cannot speak to our API by a form: %s is 415', async (type) => {
    const headers = { ...ours, 'Content-Type': type };
    const answer = await wire.ask({ method: 'POST', path: '/api/v1/auth/logout', json: {}, headers });
    expect(answer.status).toBe(415);
  });
});
