import { PASSWORD, TestApp } from '../support/app';
import { setCookie } from '../support/page';

describe('A request over plain HTTP to an https address', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ BASE_URL: 'https://latchkey.example', TRUST_PROXY: '1' });
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  const PATHS = ['/', '/users/login', '/messages', '/api/v1/messages', '/api/v1/auth/me', '/health/live'];

  it.each(PATHS)('is not redirected to https silently: %s', async (path) => {
    const answer = await app.agent().get(path).set('X-Forwarded-Proto', 'http');
    expect(answer.status).not.toBe(301);
    expect(answer.headers.location ?? '/').toMatch(/^\/(?!\/)/);
  });

  it('does not log in: no session cookie is sent in the clear', async () => {
    const account = { username: 'ada', password: PASSWORD, remember: 'on' };
    for (const path of ['/users/login', '/api/v1/auth/login']) {
      const test = app.agent().post(path).set('X-Forwarded-Proto', 'http');
      const answer = await (path.startsWith('/api')
        ? test.send({ ...account, remember: true })
        : test.type('form').send(account));
      expect(answer.status).toBeLessThan(400);
      for (const name of ['sid', '__Host-sid', 'remember', '__Host-remember']) {
        expect(setCookie(answer, name)).toBeUndefined();
      }
    }
  });
});
