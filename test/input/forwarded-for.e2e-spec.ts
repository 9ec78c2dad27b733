import type { Response } from 'supertest';
import { PASSWORD, TestApp } from '../support/app';
import { entries } from '../support/audit';

/** Address formats of Azure, IIS and others, and how each is counted and shown. */
const FORMS: [sent: string, meant: string][] = [
  ['203.0.113.10:50000', '203.0.113.10'],
  ['203.0.113.10', '203.0.113.10'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['[::ffff:203.0.113.10]:443', '203.0.113.10'],
  ['::ffff:203.0.113.10', '203.0.113.10'],
  ['fe80::1%eth0', 'fe80::1'],
  ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
  ['::1.2.3.4', '::102:304'],
  ['64:ff9b::1.2.3.4, 203.0.113.10', '203.0.113.10'],
  ['198.51.100.1:1, 203.0.113.10:50000', '203.0.113.10'],
  ['anything, at all,203.0.113.10:50000', '203.0.113.10'],
];

/** Values that no trusted proxy has written. */
const GARBAGE: [what: string, sent: string][] = [
  ['a word', 'unknown'],
  ['a hidden name (RFC 7239)', '_hidden'],
  ['an address without its port', '203.0.113.10:'],
  ['a port that is none', '203.0.113.10:99999999'],
  ['half a pair of brackets', '[2001:db8::1'],
  ['SQL', "'; DROP TABLE users; --"],
  ['a word behind an address', '203.0.113.10, unknown'],
  ['commas', ',,,,'],
  ['one long word', 'x'.repeat(10_000)],
  ['an address and 9,000 blanks', `203.0.113.10,${' '.repeat(9_000)}x`],
  ['700 addresses and a word', `${'203.0.113.10,'.repeat(700)}unknown`],
];

describe('X-Forwarded-For', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ TRUST_PROXY: '1', THROTTLE: 'on' });
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  const logIn = (instance: TestApp, forwarded: string, password = PASSWORD, username = 'ada') =>
    instance
      .agent()
      .set('X-Forwarded-For', forwarded)
      .post('/api/v1/auth/login')
      .send({ username, password });

  async function shown(instance: TestApp, forwarded: string): Promise<unknown> {
    const agent = instance.agent().set('X-Forwarded-For', forwarded);
    await agent.post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD }).expect(200);
    const { body }: Response = await agent.get('/api/v1/auth/sessions').expect(200);
    const session = (body as { items: { ip: string; current: boolean }[] }).items.find(
      ({ current }) => current,
    );
    return { session: session?.ip, audit: (await entries(app)).at(-1)?.ip };
  }

  it.each(FORMS)('%s is shown as %s in the list of sessions and in the audit log', async (sent, meant) => {
    expect(await shown(app, sent)).toEqual({ session: meant, audit: meant });
  });

  it.each(GARBAGE)('not written by a proxy counts as the address of the socket: %s', async (_, sent) => {
    expect(await shown(app, sent)).toEqual({ session: '127.0.0.1', audit: '127.0.0.1' });
  });

  it.each(['64:ff9b::1.2.3.4, 203.0.113.8', '::1.2.3.4', '1::1.2.3.4', 'unknown, 1::1.2.3.4'])(
    'does not break a response or its security headers, whatever a client sends: %s',
    async (sent) => {
      for (const path of ['/', '/users/login', '/health/live', '/assets/style.css', '/api/v1/auth/me']) {
        const plain = await app.agent().get(path);
        const { status, headers } = await app.agent().set('X-Forwarded-For', sent).get(path);
        expect([path, status]).toEqual([path, plain.status]);
        expect(Object.keys(headers).sort()).toEqual(Object.keys(plain.headers).sort());
        expect(headers).toHaveProperty('content-security-policy');
        expect(headers).not.toHaveProperty('x-powered-by');
      }
    },
  );

  it('names one source whatever the port', async () => {
    for (let n = 0; n < 5; n += 1)
      await logIn(app, `198.51.100.7:${50_000 + n}`, 'wrong', 'grace').expect(401);
    await logIn(app, '198.51.100.7', 'wrong', 'grace').expect(429);
    await logIn(app, '198.51.100.8:50000', 'wrong', 'grace').expect(401);
    for (let n = 0; n < 5; n += 1) await logIn(app, `[2001:db8:7::${n}]:${n}`, 'wrong', 'linus').expect(401);
    await logIn(app, '2001:db8:7::99', 'wrong', 'linus').expect(429);
  });

  it('counts as one source if it is unreadable, and does not bypass the throttle', async () => {
    for (let n = 0; n < 5; n += 1) await logIn(app, `unknown-${n}`, 'wrong', 'edsger').expect(401);
    await logIn(app, 'unknown-5', 'wrong', 'edsger').expect(429);
  });

  it('distinguishes trusted proxies from clients by address, even with ports', async () => {
    const byAddress = await app.another({ TRUST_PROXY: 'loopback,10.0.0.0/8' });
    const chain = '203.0.113.66:1, 203.0.113.10:50000, 10.0.0.5:443';
    expect(await shown(byAddress, chain)).toMatchObject({ session: '203.0.113.10' });
    expect(await shown(byAddress, 'unknown, 10.0.0.5:443')).toMatchObject({ session: '10.0.0.5' });
  });

  it('is ignored if no proxy is trusted', async () => {
    const alone = await app.another({ TRUST_PROXY: 'off' });
    expect(await shown(alone, '203.0.113.10:50000')).toMatchObject({ session: '127.0.0.1' });
  });
});
