import type { Response } from 'supertest';
import { PASSWORD, TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { flashes, setCookie } from '../support/page';
import { dump } from '../support/probes';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const THEFT =
  'We ended your sessions because a log-in cookie was used twice. Please log in again and change your password.';

describe('A remembered device', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  const pair = (answer: Response, name: string) => setCookie(answer, name)?.split(';')[0] ?? '';
  const visit = (cookie: string, path = '/users/welcome') => app.agent().get(path).set('Cookie', cookie);

  /** Logs in with the box ticked. @returns the two cookies of the device */
  async function remembered(username: string): Promise<{ sid: string; remember: string }> {
    await app.signUp(username);
    const credentials = { username, password: PASSWORD, remember: 'on' };
    const answer = await app.agent().post('/users/login').type('form').send(credentials).expect(303);
    return { sid: pair(answer, 'sid'), remember: pair(answer, 'remember') };
  }

  it('gets a cookie for REMEMBER_FOR only if the box was ticked', async () => {
    await app.signUp('box');
    const login = (body: object) => app.agent().post('/users/login').type('form').send(body).expect(303);
    const unticked = await login({ username: 'box', password: PASSWORD });
    expect(setCookie(unticked, 'remember')).toBeUndefined();
    const ticked = await login({ username: 'box', password: PASSWORD, remember: 'on' });
    expect(setCookie(ticked, 'remember')).toMatch(/; Max-Age=2592000; Path=\/; .*HttpOnly; SameSite=Lax$/);
  });

  it('is logged in again after its session ended, with a new token', async () => {
    const { remember } = await remembered('ada');
    const page = await visit(remember).expect(200);
    expect(page.text).toContain('ada');
    expect(pair(page, 'sid')).not.toBe('');
    expect(pair(page, 'remember')).not.toBe(remember);
    await visit(pair(page, 'sid')).expect(200);
    await visit(pair(page, 'remember')).expect(200);
  });

  it('is not logged in as strongly as by a password', async () => {
    const { remember } = await remembered('weak');
    const page = await visit(remember, '/users/welcome').expect(200);
    const id = /\/users\/(\d+)"/.exec(page.text)?.[1];
    const refused = await app
      .agent()
      .delete(`/users/${id}`)
      .set('Cookie', `${pair(page, 'sid')}; ${pair(page, 'remember')}`)
      .expect(422);
    expect(refused.text).toContain('Please confirm with your current password.');
  });

  it('may open many tabs at once without being taken for a thief', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { remember } = await remembered(`tabs${round}`);
      const pages = await Promise.all(Array.from({ length: 8 }, () => visit(remember)));
      expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
      const renewed = pages.map((page) => pair(page, 'remember')).filter(Boolean);
      expect(renewed).toHaveLength(1);
      await visit(renewed[0]).expect(200);
    }
  });

  it('is revoked for both when a token is replayed, with a message', async () => {
    const { remember } = await remembered('victim');
    const owner = await visit(remember).expect(200);
    await visit(`${pair(owner, 'sid')}; ${pair(owner, 'remember')}`).expect(200); // the new token was used
    app.clock.advance(31_000);

    const thief = await visit(remember).expect(303);
    expect(setCookie(thief, 'remember')).toMatch(/^remember=;/);
    await visit(pair(owner, 'sid')).expect(303);
    await visit(pair(owner, 'remember')).expect(303);

    const { agent } = await app.user('bystander');
    await agent.get('/users/welcome').expect(200);
  });

  it('is revoked for a replayed token after the clock was set back, but not for its own', async () => {
    const { remember } = await remembered('back');
    const renewed = pair(await visit(remember).expect(200), 'remember');
    app.clock.advance(-2_000); // the clocks of two instances may differ this much, and tabs are restored on both
    await visit(remember).expect(200);
    app.clock.advance(-HOUR);
    const page = await visit(renewed).expect(200);
    const again = pair(page, 'remember');
    await visit(`${pair(page, 'sid')}; ${again}`).expect(200); // the new token was used
    app.clock.advance(-HOUR);
    await visit(renewed).expect(303);
    await visit(again).expect(303);
    app.clock.advance(2 * HOUR + 2_000);
  });

  it('notifies its owner of the theft', async () => {
    const { remember } = await remembered('told');
    const owner = await visit(remember).expect(200);
    await visit(`${pair(owner, 'sid')}; ${pair(owner, 'remember')}`).expect(200);
    app.clock.advance(31_000);
    await visit(remember).expect(303);
    expect(flashes(await visit(pair(owner, 'sid'), '/'))).toEqual([THEFT]);
    const { remember: other } = await remembered('told-api');
    const page = await visit(other).expect(200);
    await visit(`${pair(page, 'sid')}; ${pair(page, 'remember')}`).expect(200);
    app.clock.advance(31_000);
    const answer = await visit(other, '/api/v1/auth/me').set('Accept', 'application/json').expect(401);
    expect(answer.body).toMatchObject({ reason: 'theft' });
  });

  it('is not revoked by a token that we never issued', async () => {
    const { remember } = await remembered('guess');
    const [, selector] = /^remember=([\w-]{22})/.exec(remember)!;
    await visit(`remember=${selector}.${'A'.repeat(43)}.${'B'.repeat(43)}`).expect(303);
    await visit(remember).expect(200);
  });

  it('is revoked at log-out, and not logged in again', async () => {
    const { sid, remember } = await remembered('leaver');
    const logout = await app.agent().post('/users/logout').set('Cookie', `${sid}; ${remember}`).expect(303);
    expect(setCookie(logout, 'remember')).toMatch(/^remember=;/);
    await visit(remember).expect(303);
  });

  it('is revoked at log-out even if its cookie has become unreadable', async () => {
    const { sid, remember } = await remembered('garbled');
    const garbled = remember.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
    const logout = await app.agent().post('/users/logout').set('Cookie', `${sid}; ${garbled}`).expect(303);
    expect(setCookie(logout, 'remember')).toMatch(/^remember=;/);
    await visit(remember).expect(303);
  });

  it('is revoked when its user ends its session on the device itself', async () => {
    const { sid, remember } = await remembered('self');
    const cookies = `${sid}; ${remember}`;
    const listed = (await visit(cookies, '/api/v1/auth/sessions').expect(200)).body as {
      items: { id: string }[];
    };
    const { id } = listed.items[0];
    await app.agent().delete(`/api/v1/auth/sessions/${id}`).set('Cookie', cookies).expect(204);
    await visit(remember).expect(303);
  });

  it('is one entry in the list of sessions and ends as one, however many tabs it restored', async () => {
    const { remember } = await remembered('many');
    const tabs = await Promise.all(Array.from({ length: 4 }, () => visit(remember).expect(200)));
    const other = await app.loggedIn('many');
    const listed = (await other.get('/api/v1/auth/sessions')).body as {
      items: { id: string; current: boolean }[];
    };
    expect(listed.items).toHaveLength(2);

    const device = listed.items.find(({ current }) => !current);
    await other.delete(`/api/v1/auth/sessions/${device?.id}`).expect(204);
    for (const tab of tabs) await visit(pair(tab, 'sid')).expect(303);
  });

  it('does not affect a later log-in without the box', async () => {
    const { sid, remember } = await remembered('later');
    const answer = await app
      .agent()
      .post('/users/login')
      .type('form')
      .set('Cookie', `${sid}; ${remember}`)
      .send({ username: 'later', password: PASSWORD })
      .expect(303);
    await app.agent().post('/users/logout').set('Cookie', remember).expect(303);
    await visit(pair(answer, 'sid')).expect(200);
  });

  it('shows once why it is no longer remembered', async () => {
    const { remember } = await remembered('why');
    const renewed = pair(await visit(remember).expect(200), 'remember');
    const other = await app.loggedIn('why');
    await other.delete('/api/v1/auth/sessions').expect(204);
    const page = await visit(renewed, '/');
    expect(flashes(page)).toEqual(['This session was ended from another device.']);
    expect(setCookie(page, 'remember')).toMatch(/^remember=;/);
  });

  it('is revoked when its owner ends it from another device', async () => {
    const { remember } = await remembered('mover');
    const other = await app.loggedIn('mover');
    await other.delete('/api/v1/auth/sessions').expect(204);
    await visit(remember).expect(303);
    await other.get('/api/v1/auth/me').expect(200);
  });

  it.each([
    ['the API', (cookies: string) => app.agent().delete('/api/v1/auth/sessions').set('Cookie', cookies)],
    [
      'the page',
      (cookies: string) =>
        app.agent().post('/account/sessions?_method=DELETE').type('form').set('Cookie', cookies),
    ],
  ])('leaves no copy of its token behind when its owner ends all other sessions by %s', async (by, end) => {
    const { remember: old } = await remembered(`copied by ${by}`.replaceAll(' ', '-'));
    const first = await visit(old).expect(200);
    const [sid, remember] = [pair(first, 'sid'), pair(first, 'remember')];
    const thief = await visit(remember).expect(200);

    const ended = await end(`${sid}; ${remember}`);
    expect([204, 303]).toContain(ended.status);
    const mine = `${pair(ended, 'sid')}; ${pair(ended, 'remember')}`;
    expect(pair(ended, 'remember')).toMatch(/^remember=[^;]/);
    await visit(pair(thief, 'sid')).expect(303);
    await visit(pair(thief, 'remember')).expect(303);
    await visit(remember).expect(303);
    await visit(mine).expect(200);
    const me = await visit(mine, '/api/v1/auth/sessions').expect(200);
    expect((me.body as { items: unknown[] }).items).toHaveLength(1);
    const page = await visit(pair(ended, 'remember')).expect(200);
    expect(page.text).toContain('copied');
  });

  it('gets its token again after a double click on ending all others', async () => {
    const { sid, remember } = await remembered('twice');
    const cookies = `${sid}; ${remember}`;
    const _key = 'k'.repeat(22);
    const click = () =>
      app
        .agent()
        .post('/account/sessions')
        .type('form')
        .set('Cookie', cookies)
        .send({ _method: 'DELETE', _key })
        .expect(303);
    await click();
    const second = await click();
    expect(second.headers.location).toBe('/account/sessions');
    const jar = new CookieJar();
    jar.take(second);
    expect((await jar.open(app)).status).toBe(200);
    jar.cookies.delete('sid');
    expect((await jar.open(app)).status).toBe(200);
  });

  it('is revoked after REMEMBER_FOR, and when the account is deleted', async () => {
    const { remember: late } = await remembered('late');
    const { remember: gone } = await remembered('gone');
    const { id } = (await visit(gone, '/api/v1/auth/me').expect(200)).body as { id: number };
    const agent = await app.loggedIn('gone');
    await agent.delete(`/api/v1/users/${id}`).expect(204);
    app.clock.advance(31 * DAY);
    await visit(late).expect(303);
    await visit(gone).expect(303);
  });

  it('leaves nothing in the database with which an attacker could log in', async () => {
    const { remember } = await remembered('dump');
    const [, validator] = /^remember=[\w-]{22}\.([\w-]{43})\./.exec(remember)!;
    expect(await dump(app)).not.toContain(validator);
  });
});
