import type { Response } from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import { PasswordHasher } from '../../src/auth/passwords/password-hasher';
import { SessionTermination } from '../../src/sessions/session-termination';
import { PASSWORD, TestApp } from '../support/app';
import { guess, hashesOf, heard, WRONG } from '../support/guesses';
import { PacedHasher } from '../support/paced-hasher';
import { cookiePair, fieldError, fieldValue, setCookie, submit } from '../support/page';
import { countSessions, LIVE } from '../support/probes';

const PAGE = '/account/reauthenticate';
const API = '/api/v1/auth/reauthenticate';
const LATE = 11 * 60_000;

describe('Reauthentication', () => {
  let app: TestApp;
  let users = 0;

  beforeAll(async () => {
    app = await TestApp.start({ SESSION_LIMIT: '2' }, [{ token: PasswordHasher, useClass: PacedHasher }]);
  });
  afterEach(() => (PacedHasher.meeting = 0));
  afterAll(() => app.close());

  async function newUser(remember = false) {
    const username = `user${(users += 1)}`;
    const id = await app.signUp(username);
    const login = await app
      .agent()
      .post('/api/v1/auth/login')
      .send({ username, password: PASSWORD, remember });
    return { id, username, login, sid: cookiePair(login, 'sid') };
  }
  const withCookie = (...cookies: string[]) => app.agent().set('Cookie', cookies.join('; '));
  const me = (cookie: string) => withCookie(cookie).get('/api/v1/auth/me');
  const byApi = (agent: TestAgent, password = PASSWORD) => agent.post(API).send({ password });
  const byPage = (agent: TestAgent, password = PASSWORD) => submit(agent, PAGE, { password });

  it('has a form that works with password managers', async () => {
    const { agent } = await app.user('page');
    const { text } = await agent.get(PAGE).expect(200);
    expect(text).toMatch(/value="page" autocomplete="username"/);
    expect(text).toMatch(/name="password" type="password" autocomplete="current-password"/);
    expect(text).toContain('/assets/passwords.js');
  });

  it.each([
    ['a page', byPage, 303],
    ['the API', byApi, 204],
  ])('gives the session a new ID and invalidates the old one (by %s)', async (_, by, status) => {
    const { sid } = await newUser();
    const answer = await by(withCookie(sid));
    expect(answer.status).toBe(status);
    const renewed = cookiePair(answer, 'sid');
    expect(renewed).not.toBe(sid);
    await me(sid).expect(401);
    await me(renewed).expect(200);
  });

  it('publishes an event that names the new session by its hash', async () => {
    const events = heard(app, 'auth.reauthenticated');
    const ends = heard(app, 'session.ended');
    const { id, sid } = await newUser();
    await byApi(withCookie(sid)).expect(204);
    expect(events).toEqual([{ userId: id, sessionIdHash: expect.stringMatching(/^[\w-]{43}$/) as string }]);
    expect(ends).toEqual([]);
  });

  it('keeps all other values of the session', async () => {
    const { sid } = await newUser();
    const agent = withCookie(sid);
    await agent.post('/lab/counter').expect(303);
    const renewed = withCookie(cookiePair(await byPage(agent), 'sid'));
    expect((await renewed.get('/lab')).text).toContain('<p class="count">1</p>');
  });

  it('keeps values that another tab stores while the password is verified', async () => {
    const { sid } = await newUser();
    PacedHasher.meeting = 2; // waits for one more password
    const confirming = byApi(withCookie(sid)).then();
    await PacedHasher.reached();
    await withCookie(sid).post('/lab/counter').expect(303);
    await app.agent().post('/api/v1/auth/login').send({ username: 'page', password: PASSWORD }).expect(200);
    const renewed = withCookie(cookiePair(await confirming, 'sid'));
    expect((await renewed.get('/lab')).text).toContain('<p class="count">1</p>');
  });

  it('keeps a remembered device remembered, by the same token', async () => {
    const { login, sid } = await newUser(true);
    const remember = cookiePair(login, 'remember');
    const answer = await byApi(withCookie(sid, remember)).expect(204);
    expect(setCookie(answer, 'remember')).toBeUndefined();
    await me(cookiePair(answer, 'sid')).expect(200);
    await me(remember).expect(200); // as if the session had ended
    await withCookie(cookiePair(answer, 'sid')).get('/api/v1/auth/me').expect(200);
  });

  it('turns the session of a remembered device into one with a recent password', async () => {
    const { id, login } = await newUser(true);
    const recalled = await me(cookiePair(login, 'remember')).expect(200);
    const agent = withCookie(cookiePair(recalled, 'sid'));
    await agent.delete(`/api/v1/users/${id}`).send({}).expect(422);
    const answer = await byApi(agent).expect(204);
    await withCookie(cookiePair(answer, 'sid')).delete(`/api/v1/users/${id}`).send({}).expect(204);
  });

  it('keeps the other devices logged in and adds none to the list', async () => {
    const { id, username, sid } = await newUser();
    const other = await app.loggedIn(username);
    await byApi(withCookie(sid)).expect(204);
    await other.get('/api/v1/auth/me').expect(200);
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(2);
  });

  it('gives each session a new CSRF token', async () => {
    const { sid } = await newUser();
    const before = fieldValue(await withCookie(sid).get(PAGE), '_csrf');
    const renewed = cookiePair(await byPage(withCookie(sid)), 'sid');
    const after = fieldValue(await withCookie(renewed).get(PAGE), '_csrf');
    expect(before).toMatch(/^[\w-]{43}$/);
    expect(after).not.toBe(before);
  });

  describe('several times at once', () => {
    it.each([false, true])(
      'does not log out, whichever response comes last (remembered: %s)',
      async (remember) => {
        const { id, sid } = await newUser(remember);
        PacedHasher.meeting = 6; // all requests load their session before any of them renews it
        const answers = await Promise.all(Array.from({ length: 6 }, () => byApi(withCookie(sid)).then()));
        expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(204));
        for (const answer of answers) await me(cookiePair(answer, 'sid')).expect(200);
        await me(sid).expect(401);
        expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(6);
      },
    );
  });

  describe('in a session that ends while the password is verified', () => {
    async function endDuring(end: (userId: number, sid: string) => Promise<unknown>, remember = false) {
      const { id, login, sid } = await newUser(remember);
      PacedHasher.meeting = 2;
      const confirming = byPage(withCookie(sid)).then();
      await PacedHasher.reached();
      await end(id, sid);
      await app.agent().post('/api/v1/auth/login').send({ username: 'page', password: PASSWORD }).expect(200);
      return { id, login, answer: await confirming };
    }
    const expectGuest = async (id: number, answer: Response) => {
      expect([answer.status, answer.headers.location]).toEqual([303, '/users/login']);
      expect(setCookie(answer, 'sid')).toBeUndefined();
      expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(0);
    };

    it('does not revive a session that was logged out', async () => {
      const { id, answer } = await endDuring((_, sid) =>
        withCookie(sid).post('/api/v1/auth/logout').expect(204),
      );
      await expectGuest(id, answer);
    });

    it('does not revive a session that was ended from another device', async () => {
      const { id, answer } = await endDuring((userId) =>
        app.app.get(SessionTermination, { strict: false }).endAllOf(userId, 'revoked'),
      );
      await expectGuest(id, answer);
    });

    it('does not revive a session whose remembered device was ended', async () => {
      const { id, login, answer } = await endDuring(
        (userId) => app.app.get(SessionTermination, { strict: false }).endAllOf(userId, 'revoked'),
        true,
      );
      await expectGuest(id, answer);
      await me(cookiePair(login, 'remember')).expect(401);
    });
  });

  describe('is refused', () => {
    it.each([
      ['a wrong password', WRONG, 'This is not your current password.'],
      ['none', '', 'This field is required.'],
    ])('with %s, shown beside the field; the session does not change', async (_, password, why) => {
      const { id, sid } = await newUser();
      app.clock.advance(LATE);
      const page = await submit(withCookie(sid), PAGE, { password, next: '/users' }).expect(422);
      expect(fieldError(page, 'password')).toBe(why);
      expect(fieldValue(page, 'next')).toBe('/users');
      expect(fieldValue(page, 'password')).toBe('');
      expect(page.text).not.toContain(WRONG);
      const { body } = await byApi(withCookie(sid), password).expect(422);
      expect((body as { errors: unknown }).errors).toEqual({ password: [why] });
      await me(sid).expect(200);
      await withCookie(sid).delete(`/api/v1/users/${id}`).send({}).expect(422);
    });

    it('from another site, with an unknown field, and to a guest', async () => {
      const { sid } = await newUser();
      await byPage(withCookie(sid)).set('Origin', 'https://evil.example').expect(403);
      await byApi(withCookie(sid)).set('Sec-Fetch-Site', 'cross-site').expect(403);
      await withCookie(sid).post(API).send({ password: PASSWORD, next: '/' }).expect(400);
      await withCookie(sid).post(API).type('form').send({ password: PASSWORD }).expect(415);
      await byPage(app.agent()).expect(303).expect('Location', '/users/login');
      await byApi(app.agent()).expect(401);
      await app
        .agent()
        .get(PAGE)
        .expect(303)
        .expect('Location', /^\/users\/login\?next=/);
      await me(sid).expect(200);
    });
  });

  it('is throttled together with the log-in: five attempts, then a wait', async () => {
    const strict = await app.another({ THROTTLE: 'on' });
    const { username } = await newUser();
    const login = await guess(strict.agent(), username, PASSWORD);
    const thief = strict.agent().set('Cookie', cookiePair(login, 'sid'));
    for (let n = 0; n < 5; n += 1) await byApi(thief, WRONG).expect(422);
    const hashes = hashesOf(strict);
    await byApi(thief).expect(429).expect('Retry-After', '1');
    const page = await byPage(thief);
    expect(page.status).toBe(429);
    expect(page.text).toContain('<h1>Confirm that it is you</h1>');
    expect(hashes()).toBe(0);
    expect((await guess(strict.agent(), username, PASSWORD)).status).toBe(429);
  });
});
