import type { Response } from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { entries } from '../support/audit';
import { guess, retryAfter } from '../support/guesses';
import { cookiePair, flashes, submit } from '../support/page';

const MINUTE = 60_000;

/** Each is in the audit log for as long as that is stored. */
describe('A repeated successful action of one account', () => {
  let app: TestApp;
  let id: number;
  let login: Response;

  beforeEach(async () => {
    app = await TestApp.start({ THROTTLE: 'on' });
    id = await app.signUp('ada');
    login = await guess(app.agent(), 'ada', PASSWORD);
  });
  afterEach(() => app.close());

  const browser = () => app.agent().set('Cookie', cookiePair(login, 'sid'));
  const audited = async () => (await entries(app)).filter(({ name }) => name !== 'auth.throttled').length;

  /** @returns the response beyond the limit; a refused action leaves no trace but the refusal. */
  async function untilRefused(limit: number, act: (n: number) => PromiseLike<Response>): Promise<Response> {
    for (let n = 0; n < limit; n += 1) expect([200, 204]).toContain((await act(n)).status);
    const before = await audited();
    const refused = await act(limit);
    expect(refused.status).toBe(429);
    expect(await audited()).toBe(before);
    return refused;
  }

  it('is a rename at most 30 times in an hour', async () => {
    const agent = browser();
    const rename = (n: number) => agent.patch(`/api/v1/users/${id}`).send({ username: `ada${n % 2}` });
    const refused = await untilRefused(30, rename);
    expect(retryAfter(refused)).toBeGreaterThan(3_500);
    expect(refused.body).toMatchObject({ detail: 'Too many attempts. Try again in 1 hour.' });
    const page = await submit(agent, `/users/${id}?_method=PATCH`, { username: 'lovelace', email: '' });
    expect(page.status).toBe(429);
    expect(page.text).toContain('value="lovelace"');
    expect(flashes(page)).toEqual(['Too many attempts. Try again in 1 hour.']);
    app.clock.advance(60 * MINUTE);
    const later = await app.loggedIn('ada1');
    await later.patch(`/api/v1/users/${id}`).send({ username: 'ada' }).expect(200);
  });

  it('is an export at most 30 times in an hour, by API and page together', async () => {
    const agent = browser();
    await untilRefused(30, (n) => agent.get(n % 2 ? '/api/v1/auth/export' : '/account/export/file'));
    const page = await agent.get('/account/export/file');
    expect(page.status).toBe(429);
    expect(page.headers).not.toHaveProperty('content-disposition');
    expect(retryAfter(page)).toBeGreaterThan(3_500);
  });

  it('is a log-in at most 120 times in 10 minutes, on known devices too; sessions and other users are not affected', async () => {
    const agent = app.agent();
    const refused = await untilRefused(119, () => guess(agent, 'ada', PASSWORD));
    expect(retryAfter(refused)).toBeGreaterThan(500);
    expect(refused.headers['set-cookie']).toBeUndefined();
    const page = await submit(app.agent(), '/users/login', { username: 'ada', password: PASSWORD });
    expect(page.status).toBe(429);
    expect(flashes(page)).toEqual(['Too many attempts. Try again in 10 minutes.']);
    await agent.get('/api/v1/auth/me').expect(200);
    await app.user('grace');
    app.clock.advance(10 * MINUTE);
    await app.loggedIn('ada');
  });

  it('is a reauthentication at most 60 times in 10 minutes', async () => {
    const agent = browser();
    const again = (with_: TestAgent) => () =>
      with_.post('/api/v1/auth/reauthenticate').send({ password: PASSWORD });
    expect(retryAfter(await untilRefused(60, again(agent)))).toBeGreaterThan(500);
  });

  it('is a change of password at most 20 times in an hour', async () => {
    const agent = browser();
    const password = (n: number) => (n === 0 ? PASSWORD : `a heron stands in the rain ${n}`);
    const change = (n: number) =>
      agent
        .post('/api/v1/auth/password')
        .send({ currentPassword: password(n), newPassword: password(n + 1) });
    expect(retryAfter(await untilRefused(20, change))).toBeGreaterThan(3_500);
    await app.loggedIn('ada', password(20));
  });
});
