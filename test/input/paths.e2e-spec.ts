import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, submit } from '../support/page';
import { Client, raw, requestText } from './exchange';
import { expectNothingStored, expectRefusal, LEAK } from './refusals';

describe('An address', () => {
  let app: TestApp;
  let client: Client;
  let cookie: string;

  beforeAll(async () => {
    app = await TestApp.start();
    client = new Client(app.port);
    expect(await app.signUp('ada')).toBe(1);
    await app.signUp('eve');
    const login = await submit(app.agent(), '/users/login', { username: 'eve', password: PASSWORD });
    cookie = cookiePair(login, 'sid');
  });
  afterAll(async () => {
    client.close();
    await app.close();
  });

  const get = (path: string, headers = {}) => client.ask({ path, headers: { Cookie: cookie, ...headers } });

  describe('that is malformed', () => {
    const malformed = [
      '/%E0%A4%A',
      '/%',
      '/%zz',
      '/users/%C0%80',
      '/users/%ff/messages',
      '/health/%ff',
      '/assets/%ff',
    ];

    it.each(malformed)('gets a clear error on a page: %s', async (path) => {
      const answer = await get(path);
      expect([400, 404]).toContain(answer.status);
      expectRefusal(answer, answer.status, { api: false });
      expectRefusal(await client.ask({ path }), answer.status, { api: false });
    });

    it.each(malformed)('and in the API: /api/v1%s', async (path) => {
      const answer = await get(`/api/v1${path}`);
      expect([400, 404]).toContain(answer.status);
      expectRefusal(answer, answer.status, { api: true });
    });

    it.each([
      '*',
      'http://[',
      'http://[::1/users',
      'http://a:b:c/',
      'http://:0/',
      'https://x',
      '/users/1#/edit',
      '/\\users',
    ])('or names a host or a fragment is answered without a fault: %s', async (target) => {
      const answer = await raw(app.port, requestText(`GET ${target} HTTP/1.1`));
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.status).toBeLessThan(500);
      expect(answer.text).not.toMatch(LEAK);
    });

    it.each([
      'GET /a b HTTP/1.1',
      'GET / HTTP/9.9',
      'GET',
      'GET / HTTP/1.1 x',
      '/users',
      '\u0016\u0003\u0001\u0002',
    ])('or stands in no request line is refused: %j', async (line) => {
      const answer = await raw(app.port, requestText(line));
      expect(answer.status).toBe(400);
      expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(answer.text).not.toMatch(LEAK);
    });
  });

  describe("written in another way bypasses no guard: eve at ada's", () => {
    const spellings = [
      '/users/1/edit',
      '/USERS/1/EDIT',
      '/Users/1/Edit/',
      '//users/1/edit',
      '/users//1/edit',
      '/users/1//edit',
      '/users/./1/edit',
      '/users/2/../1/edit',
      '/users/%31/edit',
      '/users/1/%65dit',
      '/users%2f1%2fedit',
      '/users/1/edit;x=y',
      '/users/1;x/edit',
      '/users/1/edit.html',
      '/users/1/edit%00',
      '/users/1/edit%20',
      '/users/1/edit?id=2',
      '/users/1/edit?userId=2&id=2',
      '/users/2%2f..%2f1/edit',
      '/health/../users/1/edit',
      '/health/live/../../users/1/edit',
      '/assets/../users/1/edit',
      '/users\\1\\edit',
      '/users\\1\\edit#',
      'http://localhost:3000/users/1/edit',
      'http://localhost:3000/USERS/1/edit',
    ];

    it.each(spellings)('%s', async (path) => {
      const answers = [
        await raw(app.port, requestText(`GET ${path} HTTP/1.1`, [`Cookie: ${cookie}`])),
        await raw(app.port, requestText(`GET ${path} HTTP/1.1`)),
      ];
      for (const answer of answers) {
        expect([303, 400, 404]).toContain(answer.status);
        expect(answer.text).not.toContain('Edit your account');
        if (answer.status === 303) expect(answer.headers.location).toMatch(/^\/users\/(welcome$|login)/);
      }
    });

    it.each([
      '/API/v1/users/1',
      '/api/V1/USERS/1/',
      '//api/v1/users/1',
      '/api/v1/users/%31',
      'http://x/api/v1/users/1',
    ])('nor in the API: DELETE %s', async (path) => {
      await expectNothingStored(app, async () => {
        const headers = { Cookie: cookie, Origin: 'http://localhost:3000' };
        const answer = await client.ask({ method: 'DELETE', path, headers });
        expect([403, 404]).toContain(answer.status);
      });
    });
  });

  describe("of one's own, disguised as a file that a cache would store", () => {
    it.each([
      '/users/welcome/x.css',
      '/users/welcome.css',
      '/users/welcome;.js',
      '/users/welcome%2fx.css',
      '/users/welcome%3b.js',
      '/users/welcome%00.css',
      '/users/welcome%0a.css',
      '/users/welcome%23.css',
      '/users/welcome%3f.css',
      '/api/v1/auth/me/x.css',
      '/api/v1/auth/me;.js',
      '/assets/../users/welcome',
      '/assets/..%2fusers/welcome',
      '/assets/%2e%2e/users/welcome',
    ])('%s is nothing, and is not kept', async (path) => {
      const answer = await get(path);
      expectRefusal(answer, 404, { api: path.startsWith('/api') });
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    it.each(['/users/welcome?x.css', '/users/welcome/', '/USERS/WELCOME'])(
      '%s is the page, and is not cached',
      async (path) => {
        const answer = await get(path);
        expect(answer.status).toBe(200);
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(answer.headers.vary).toMatch(/\bCookie\b/i);
      },
    );
  });

  it.each([
    '/assets/../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e%2fsrc/main.ts',
    '/assets/....//package.json',
    '/assets/..%5cpackage.json',
    '/assets', // a folder, which might redirect to add a slash
    '/assets/%00',
    '/assets/.htaccess',
    '/api/docs/..%2fpackage.json',
    '/api/docs/package.json',
    '/api/docs/absolute-path.js',
  ])('leads to no file beside those that are meant to be seen: %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.text).not.toMatch(/"dependencies"|NestFactory/);
  });

  it.each(['bytes=9999999-', 'bytes=5-1', 'lines=1-2', 'bytes=0-0,2-2,4-4'])(
    'of a file gets its own error for the Range %s',
    async (range) => {
      for (const path of ['/assets/favicon.svg', '/api/docs/swagger-ui.css']) {
        const answer = await get(path, { Range: range });
        expect(answer.status).toBeLessThan(500);
        if (answer.status === 416) expectRefusal(answer, 416, { api: path.startsWith('/api') });
      }
    },
  );
});
