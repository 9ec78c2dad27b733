import { BASE_URL, PASSWORD, TestApp } from '../support/app';
import { cookiePair, fieldValue, submit } from '../support/page';

/** Addresses that a careless check considers local and a browser another site, or a script. */
const ELSEWHERE = [
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '\u00a0//evil.example',
  '\ufeff//evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https://evil.example',
  'HtTpS://evil.example',
  'http:///evil.example',
  '//evil.example/%2f..',
  '//evil.example\\@localhost',
  '//localhost:3000@evil.example',
  'http://localhost:3000@evil.example',
  'http://localhost:3000.evil.example',
  'javascript:alert(1)',
  'java\tscript:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'blob:x',
  'file:///etc/passwd',
  '/..//evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  '/%2e%2e//evil.example',
  '/%2e//evil.example',
  '/./..//evil.example',
  '/a/b/../..//evil.example',
  '@evil.example',
  '/\u2028/evil.example',
  '/\u2029//evil.example',
  '/\u0000/evil.example',
  '/\u200b/evil.example',
  '/\u202e/evil.example',
  '/\ud800',
  'evil.example',
  '.evil.example',
  '?next=//evil.example',
  '#//evil.example',
  '',
  ' ',
  `/${'a'.repeat(10_000)}`,
  '/users/logout',
  '/USERS/LOGOUT?x',
  '/users/./logout',
  '/users/login',
];

/** Odd, but on this site: the path that a browser goes to. */
const HERE: [string, string][] = [
  ['/users', '/users'],
  ['/users?limit=5&x=//evil.example#//evil.example', '/users?limit=5&x=//evil.example#//evil.example'],
  ['/%5cevil.example', '/%5cevil.example'],
  ['/%2fevil.example', '/%2fevil.example'],
  ['/%09/evil.example', '/%09/evil.example'],
  ['/@evil.example', '/@evil.example'],
  ['/x//evil.example', '/x//evil.example'],
  ['/:80', '/:80'],
  ['/javascript:alert(1)', '/javascript:alert(1)'],
  ['/users/1/../2', '/users/2'],
  ['/é', '/%C3%A9'],
];

describe('The return path after a log-in (next)', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  const logIn = (next: string) => {
    // Spelled out, so that a lone surrogate is sent as its bytes.
    const fields = new URLSearchParams({ username: 'ada', password: PASSWORD });
    return app.agent().post('/users/login').type('form').send(`${fields.toString()}&next=${next}`);
  };

  /** Where a browser on our log-in page would go. */
  const target = (location: string) => new URL(location, `${BASE_URL}/users/login`);

  it.each(ELSEWHERE)('never leaves the site, nor logs out: %j', async (next) => {
    const encoded = next === '/\ud800' ? '/%EF%BF%BD%E2%80%A8' : encodeURIComponent(next);
    const answer = await logIn(encoded);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/users/welcome');

    const form = await app.agent().get(`/users/login?next=${encoded}`).expect(200);
    expect(fieldValue(form, 'next')).toBeUndefined();
  });

  it.each(HERE)('%j leads to %s', async (next, path) => {
    const answer = await logIn(encodeURIComponent(next));
    expect(answer.headers.location).toBe(path);
    expect(target(answer.headers.location).origin).toBe(BASE_URL);
    const form = await app.agent().get(`/users/login?next=${encodeURIComponent(next)}`);
    expect(fieldValue(form, 'next')).toBe(path);
  });

  it.each([
    ['a list', 'next=/users&next=/users/1'],
    ['a list of one and elsewhere', 'next=/users&next=//evil.example'],
  ])('given as %s leads to the welcome page', async (_, next) => {
    const fields = new URLSearchParams({ username: 'ada', password: PASSWORD }).toString();
    const answer = await app.agent().post('/users/login').type('form').send(`${fields}&${next}`);
    expect(answer.headers.location).toBe('/users/welcome');
    expect(fieldValue(await app.agent().get(`/users/login?${next}`), 'next')).toBeUndefined();
  });

  it.each(['next[]=/users', 'next[a]=/users', 'next.toString=/users'])(
    'given as %s is an unknown field',
    async (next) => {
      const fields = new URLSearchParams({ username: 'ada', password: PASSWORD }).toString();
      await app.agent().post('/users/login').type('form').send(`${fields}&${next}`).expect(400);
      expect(fieldValue(await app.agent().get(`/users/login?${next}`), 'next')).toBeUndefined();
    },
  );

  it('never comes from the address or a header of the posted form', async () => {
    const answer = await submit(
      app.agent().set('Referer', `${BASE_URL}/users/1`),
      '/users/login?next=/messages',
      {
        username: 'ada',
        password: PASSWORD,
      },
    );
    expect(answer.headers.location).toBe('/users/welcome');
    expect(cookiePair(answer, 'sid')).toMatch(/^sid=s%3A/);
  });
});
