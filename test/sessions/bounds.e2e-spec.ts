import { randomBytes } from 'node:crypto';
import type TestAgent from 'supertest/lib/agent';
import { hashOfSessionId } from '../../src/http/hash-of-session-id';
import { Settings } from '../../src/options/settings';
import { columnsOf, newLife } from '../../src/sessions/engines/session-row';
import { SessionEntity } from '../../src/sessions/engines/session.entity';
import { RememberFamilies } from '../../src/sessions/remember-families';
import { PASSWORD, TestApp } from '../support/app';
import { entries } from '../support/audit';
import { logIn } from '../support/outage';
import { cookiePair } from '../support/page';
import { countSessions, LIVE } from '../support/probes';

describe('The sessions of one user', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ SESSIONS_PER_DEVICE: '5', REMEMBERED_DEVICES: '3' });
  });
  afterAll(() => app.close());

  const live = (id: number) => countSessions(app, `user_id = ${id} AND ${LIVE}`);
  const isLoggedIn = async (agent: TestAgent) => (await agent.get('/api/v1/auth/me')).status === 200;

  async function begin(userId: number, count: number): Promise<void> {
    const life = newLife(app.app.get(Settings, { strict: false }), app.clock.now());
    const rows = Array.from({ length: count }, (_, n) => ({
      idHash: hashOfSessionId(`made ${userId} ${n}`),
      publicId: randomBytes(16).toString('base64url'),
      ...columnsOf({ userId, securityVersion: 1 }, 65_536),
      version: 1,
      ...life,
    }));
    for (let from = 0; from < count; from += 100)
      await app.dataSource.manager.insert(SessionEntity, rows.slice(from, from + 100));
  }

  it('are limited to 500 without a SESSION_LIMIT: the oldest ends', async () => {
    const { id, agent: first } = await app.user('ada');
    app.clock.advance(1_000);
    await begin(id, 499);
    expect([await live(id), await isLoggedIn(first)]).toEqual([500, true]);
    app.clock.advance(1_000);
    const newest = await app.loggedIn('ada');
    expect(await live(id)).toBe(500);
    expect([await isLoggedIn(first), await isLoggedIn(newest)]).toEqual([false, true]);
    expect((await first.get('/api/v1/auth/me')).body).toMatchObject({ reason: 'evicted' });
  });

  it('are reduced from thousands to 500 at the next log-in', async () => {
    const { id } = await app.user('old');
    await begin(id, 2_200);
    app.clock.advance(1_000);
    const newest = await app.loggedIn('old');
    expect([await live(id), await isLoggedIn(newest)]).toEqual([500, true]);
  });

  it('publish one event when they end together', async () => {
    const { id, agent } = await app.user('grace');
    await begin(id, 300);
    await agent.delete('/api/v1/auth/sessions').expect(204);
    const ends = (await entries(app)).filter(({ name, user_id }) => user_id === id && /ended/i.test(name));
    expect(ends.map(({ name }) => name)).toEqual(['session.manyEnded']);
    const details = JSON.parse(ends[0].details) as { count: number; sessionIdHashes: string[] };
    expect(details).toMatchObject({ userId: id, reason: 'revoked', count: 300 });
    expect(details.sessionIdHashes).toContain(hashOfSessionId(`made ${id} 7`));
    const page = await agent.get('/account/activity').set('Accept', 'text/html').expect(200);
    expect(page.text).toContain('300 sessions');
  });

  it('are limited per remembered device: the oldest ends silently', async () => {
    const id = await app.signUp('linus');
    let { remember } = await logIn(app, 'linus');
    const copies: TestAgent[] = [];
    for (let n = 0; n < 12; n++) {
      app.clock.advance(10);
      const copy = app.agent();
      const answer = await copy.get('/api/v1/auth/me').set('Cookie', remember).expect(200);
      remember = cookiePair(answer, 'remember');
      copies.push(copy);
    }
    expect(await live(id)).toBe(5);
    expect(await isLoggedIn(copies.at(-1)!)).toBe(true);
    const ended = (await entries(app)).filter(({ name, user_id }) => user_id === id && /ended/i.test(name));
    expect(ended).toEqual([]);
  });

  it('are limited to a number of remembered devices: the least recently used one is revoked', async () => {
    await app.signUp('guido');
    const devices: string[] = [];
    for (let n = 0; n < 4; n++) {
      devices.push((await logIn(app, 'guido')).remember);
      app.clock.advance(10);
    }
    const status = async (cookie: string) =>
      (await app.agent().get('/api/v1/auth/me').set('Cookie', cookie)).status;
    expect(await status(devices[0])).toBe(401);
    for (const device of devices.slice(1)) expect(await status(device)).toBe(200);
    const families = app.app.get(RememberFamilies, { strict: false });
    expect(await families.isAlive(devices[0].split('=')[1].split('.')[0])).toBe(false);
  });
});

describe('One remember cookie', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE: 'on', REMEMBERED_LOGINS: '30' });
  });
  afterAll(() => app.close());

  it('starts 30 sessions in 10 minutes, then gets 429, and the device stays remembered', async () => {
    await app.signUp('ada');
    let { remember } = await logIn(app, 'ada');
    const visit = () => app.agent().get('/users/welcome').set('Accept', 'text/html').set('Cookie', remember);
    for (let n = 0; n < 30; n++) remember = cookiePair(await visit().expect(200), 'remember');
    for (let n = 0; n < 40; n++) {
      const refused = await visit().expect(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect(refused.headers).not.toHaveProperty('set-cookie');
    }
    expect(await countSessions(app)).toBeLessThanOrEqual(40);
    expect((await entries(app)).length).toBeLessThan(100);

    const other = await app.loggedIn('ada', PASSWORD); // other users do not wait
    await other.get('/users/welcome').expect(200);
    app.clock.advance(11 * 60_000);
    await visit().expect(200);
  });
});
