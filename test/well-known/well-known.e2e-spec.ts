import { TestApp } from '../support/app';
import { countSessions } from '../support/probes';

const DAY = 86_400_000;

describe('Under /.well-known', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ BASE_URL: 'https://id.example.com:8443' });
  });
  afterAll(() => app.close());

  const ask = (path: string, accept = '*/*') => app.agent().get(path).set('Accept', accept);

  async function fields(): Promise<Record<string, string>> {
    const { text } = await ask('/.well-known/security.txt').expect(200);
    return Object.fromEntries(
      text
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/: (.*)/, 2) as [string, string]),
    );
  }

  it('security.txt is public text: it starts no session and sets no cookie', async () => {
    const answer = await ask('/.well-known/security.txt').expect(200);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await countSessions(app)).toBe(0);
  });

  it('security.txt names the contact and its own address at the host of BASE_URL', async () => {
    expect(await fields()).toEqual({
      Contact: 'mailto:security@id.example.com',
      Expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00\.000Z$/) as string,
      'Preferred-Languages': 'en',
      Canonical: 'https://id.example.com:8443/.well-known/security.txt',
    });
  });

  it('security.txt always expires in less than a year', async () => {
    for (let years = 0; years < 3; years += 1) {
      const left = Date.parse((await fields()).Expires) - app.clock.now();
      expect(left).toBeGreaterThan(30 * DAY);
      expect(left).toBeLessThan(365 * DAY);
      app.clock.advance(365 * DAY);
    }
  });

  it('security.txt names the contact that is set', async () => {
    const other = await app.another({ SECURITY_CONTACT: 'https://example.com/report' });
    const { text } = await other.agent().get('/.well-known/security.txt').expect(200);
    expect(text).toContain('Contact: https://example.com/report\n');
  });

  it('its former address redirects permanently', async () => {
    await ask('/security.txt').expect(308).expect('Location', '/.well-known/security.txt');
  });

  it('change-password redirects a user, and a guest after the log-in, to the form', async () => {
    await ask('/.well-known/change-password').expect(303).expect('Location', '/account/password');
    const page = await ask('/account/password', 'text/html').expect(303);
    expect(page.headers.location).toBe('/users/login?next=%2Faccount%2Fpassword');
  });

  it.each(['*/*', 'text/html', 'application/json'])(
    'what does not exist is not found: password managers probe for that (Accept: %s)',
    async (accept) => {
      const probe = '/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200';
      await ask(probe, accept).expect(404);
      await ask('/.well-known', accept).expect(404);
    },
  );
});
