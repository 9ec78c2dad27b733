import { BROWSER_ACCEPT, PASSWORD, TestApp } from '../support/app';
import { flashes } from '../support/page';
import { Wire, type WireAnswer } from '../support/wire';

/** Requests that do not come from opening a page in a browser. */
const PROGRAMS: [who: string, headers: Record<string, string>][] = [
  ['axios', { Accept: 'application/json, text/plain, */*' }],
  ['fetch(), curl and most libraries', { Accept: '*/*' }],
  ['Angular', { Accept: 'application/json, text/plain, */*', 'Sec-Fetch-Dest': 'empty' }],
  ['jQuery that wants JSON', { Accept: 'application/json, text/javascript, */*; q=0.01' }],
  ['a client of problem details', { Accept: 'application/problem+json, text/html' }],
  ['a client that likes JSON better', { Accept: 'text/html;q=0.9, application/json' }],
  ['a client that likes anything better', { Accept: 'text/html;q=0.5, */*' }],
  ['a client that takes no HTML', { Accept: 'text/html;q=0, */*' }],
  ['a client that wants nothing', { Accept: '' }],
  ['an image', { Accept: 'image/avif,image/webp,image/png,*/*;q=0.8' }],
  ['a style sheet', { Accept: 'text/css,*/*;q=0.1' }],
  ['a script that asks for HTML by fetch()', { Accept: BROWSER_ACCEPT, 'Sec-Fetch-Dest': 'empty' }],
  ['an image, by its destination', { Accept: BROWSER_ACCEPT, 'Sec-Fetch-Dest': 'image' }],
  ['a script element', { Accept: BROWSER_ACCEPT, 'Sec-Fetch-Dest': 'script' }],
  ['an object element', { Accept: BROWSER_ACCEPT, 'Sec-Fetch-Dest': 'object' }],
];

const PERSONS: [who: string, headers: Record<string, string>][] = [
  ['a browser', { Accept: BROWSER_ACCEPT }],
  ['a browser with Fetch Metadata', { Accept: BROWSER_ACCEPT, 'Sec-Fetch-Dest': 'document' }],
  ['a frame', { Accept: BROWSER_ACCEPT, 'Sec-Fetch-Dest': 'iframe' }],
  ['a text browser', { Accept: 'text/html, text/plain, text/css, */*;q=0.01' }],
  ['jQuery that wants HTML', { Accept: 'text/html, */*; q=0.01' }],
  ['a browser that takes JSON as well', { Accept: 'text/html, application/json' }],
];

describe('A closed page', () => {
  let app: TestApp;
  let wire: Wire;
  let user: string;

  beforeAll(async () => {
    app = await TestApp.start();
    wire = await Wire.open(app.port);
    await app.signUp('ada');
    const json = { username: 'ada', password: PASSWORD };
    user = (await wire.ask({ method: 'POST', path: '/api/v1/auth/login', json })).cookie('sid')!;
  });
  afterAll(async () => {
    wire.close();
    await app.close();
  });

  function expectProblem(answer: WireAnswer, status: number): void {
    expect(answer.status).toBe(status);
    expect(answer.header('content-type')).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(answer.text)).toMatchObject({ status });
    for (const name of ['location', 'set-cookie']) expect(answer.header(name)).toBeUndefined();
  }

  it.each(PROGRAMS)('is 401 for %s, without a redirect and without a flash', async (_, headers) => {
    for (const method of ['GET', 'POST']) {
      const path = method === 'GET' ? '/users?page=2' : '/users/1/messages';
      expectProblem(await wire.ask({ method, path, headers }), 401);
    }
  });

  it.each(PROGRAMS)('of another user is 403 for %s, and leaves no flash', async (_, headers) => {
    expectProblem(await wire.ask({ path: '/users/999/edit', cookie: user, headers }), 403);
    expectProblem(await wire.ask({ path: '/users/login', cookie: user, headers }), 409);
    const page = await wire.ask({ path: '/users/welcome', cookie: user });
    expect(flashes(page)).toEqual([]);
  });

  it.each(PERSONS)('redirects %s to the log-in page', async (_, headers) => {
    const answer = await wire.ask({ path: '/users?page=2', headers });
    expect([answer.status, answer.header('location')]).toEqual([
      303,
      '/users/login?next=%2Fusers%3Fpage%3D2',
    ]);
    expect(answer.cookie('flash')).toBeDefined();
  });

  it('is 401 for a client without an Accept header', async () => {
    const answer = await fetch(`http://127.0.0.1:${app.port}/users`, { redirect: 'manual' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

/** As `curl -d username=… -d password=…` sends it. */
describe('A form that a program sends', () => {
  let app: TestApp;
  let wire: Wire;
  const headers = { Accept: '*/*' };

  beforeAll(async () => {
    app = await TestApp.start();
    wire = await Wire.open(app.port);
  });
  afterAll(async () => {
    wire.close();
    await app.close();
  });

  it('can sign up, log in and open pages like a browser', async () => {
    const form = { username: 'ada', password: PASSWORD };
    const signup = await wire.ask({ method: 'POST', path: '/users/signup', form, headers });
    expect([signup.status, signup.header('location')]).toEqual([303, '/users/login']);
    const login = await wire.ask({ method: 'POST', path: '/users/login', form, headers });
    expect([login.status, login.header('location')]).toEqual([303, '/users/welcome']);
    const page = await wire.ask({ path: '/users/welcome', cookie: login.cookie('sid'), headers });
    expect([page.status, page.header('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('gets the reasons for a refusal as a problem', async () => {
    const form = { username: 'x'.repeat(500), password: 'short' };
    const answer = await wire.ask({ method: 'POST', path: '/users/signup', form, headers });
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.text)).toMatchObject({ errors: { username: [expect.any(String)] } });
  });
});
