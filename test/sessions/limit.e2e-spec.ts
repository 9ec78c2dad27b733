import { setTimeout as delay } from 'node:timers/promises';
import type TestAgent from 'supertest/lib/agent';
import { type LoadedSession, SessionEngine } from '../../src/sessions/session-engine';
import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, fieldValue, flashes, setCookie, submit } from '../support/page';
import { countSessions, EngineOfSuite, LIVE } from '../support/probes';

const TOO_MANY = 'You are logged in on too many devices. Log out on one of them first.';

describe('With a SESSION_LIMIT that refuses further log-ins', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ SESSION_LIMIT: '2', SESSION_LIMIT_REACHED: 'refuse' });
    second = await app.another();
  });
  afterAll(() => app.close());

  const logIn = (agent: TestAgent, username: string, more: object = {}) =>
    submit(agent, '/users/login', { username, password: PASSWORD, ...more });
  const live = (id: number) => countSessions(app, `user_id = ${id} AND ${LIVE}`);

  /** A user who is logged in on the maximum number of devices. */
  async function full(username: string) {
    const { id, agent } = await app.user(username);
    return { id, devices: [agent, await second.loggedIn(username)] };
  }

  it('a log-in beyond it gets the reason, on the form and in the problem, and ends no session', async () => {
    const { id, devices } = await full('ada');
    const page = await logIn(app.agent(), 'ada').expect(409);
    expect(flashes(page)).toEqual([TOO_MANY]);
    expect(fieldValue(page, 'username')).toBe('ada');
    expect(setCookie(page, 'sid')).toBeUndefined();
    const credentials = { username: 'ada', password: PASSWORD };
    const problem = await second.agent().post('/api/v1/auth/login').send(credentials).expect(409);
    expect(problem.body).toMatchObject({ status: 409, detail: TOO_MANY });

    for (const device of devices) await device.get('/api/v1/auth/me').expect(200);
    expect(await live(id)).toBe(2);
  });

  it('the reason is shown only after the right password', async () => {
    await full('secret');
    await submit(app.agent(), '/users/login', { username: 'secret', password: 'wrong' }).expect(401);
  });

  it('the user who was logged in there before stays logged in, remembered and with unread flashes', async () => {
    await full('grace');
    const { agent } = await app.user('host');
    const login = await logIn(agent, 'host', { remember: 'on' }).expect(303);
    const page = await logIn(agent, 'grace').expect(409);
    expect(flashes(page)).toEqual(["You've successfully logged in!", TOO_MANY]);
    expect(setCookie(page, 'remember')).toBeUndefined();
    expect((await agent.get('/api/v1/auth/me').expect(200)).body).toMatchObject({ username: 'host' });
    await app.agent().get('/users/welcome').set('Cookie', cookiePair(login, 'remember')).expect(200);
  });

  it('a logged-in device may log in again, and change the password', async () => {
    const { id, devices } = await full('alan');
    await logIn(devices[0], 'alan').expect(303);
    await devices[1].get('/api/v1/auth/me').expect(200);
    const change = { currentPassword: PASSWORD, newPassword: 'a heron stands in the rain' };
    await submit(devices[0], '/account/password', change).expect(303);
    expect(await live(id)).toBe(1);
  });

  it('a log-out elsewhere makes room', async () => {
    const { devices } = await full('linus');
    await submit(devices[0], '/users/logout').expect(303);
    await logIn(app.agent(), 'linus').expect(303);
  });

  it('a remembered device stays a guest while there is no room, and is remembered', async () => {
    await app.signUp('late');
    const login = await logIn(app.agent(), 'late', { remember: 'on' }).expect(303);
    for (const { clock } of [app, second]) clock.advance(31 * 60_000); // its session has expired
    const others = [await app.loggedIn('late'), await app.loggedIn('late')];
    const refused = await app.agent().get('/users/welcome').set('Cookie', cookiePair(login, 'remember'));
    expect(refused.status).toBe(303);
    await submit(others[0], '/users/logout').expect(303);
    await app.agent().get('/users/welcome').set('Cookie', cookiePair(refused, 'remember')).expect(200);
  });

  it('concurrent log-ins on two instances do not exceed it, and a refused one leaves no session', async () => {
    let refused = 0;
    for (let round = 0; round < 5; round += 1) {
      const username = `crowd${round}`;
      const id = await app.signUp(username);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => logIn([app, second][index % 2].agent(), username)),
      );
      expect([...new Set(answers.map(({ status }) => status))].filter((s) => s !== 303 && s !== 409)).toEqual(
        [],
      );
      const admitted = answers.filter(({ status }) => status === 303);
      expect(admitted.length).toBeLessThanOrEqual(2);
      expect(await live(id)).toBe(admitted.length);
      for (const answer of answers) {
        if (answer.status === 409) expect(setCookie(answer, 'sid')).toBeUndefined();
      }
      refused += answers.length - admitted.length;
      // No place stays reserved: as many log-ins as are missing still succeed.
      for (let left = admitted.length; left < 2; left += 1) await logIn(app.agent(), username).expect(303);
      await logIn(app.agent(), username).expect(409);
    }
    expect(refused).toBeGreaterThanOrEqual(40);
  });
});

/** The real engine, but concurrent log-ins see each other's sessions before either checks the limit. */
class Together extends EngineOfSuite {
  override async create(...session: Parameters<SessionEngine['create']>): Promise<LoadedSession> {
    const created = await super.create(...session);
    await delay(100);
    return created;
  }
}

describe('With a SESSION_LIMIT that ends the oldest session', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ SESSION_LIMIT: '1' }, [{ token: SessionEngine, useClass: Together }]);
  });
  afterAll(() => app.close());

  const isLoggedIn = async (agent: TestAgent) => (await agent.get('/api/v1/auth/me')).status === 200;

  it('one of several concurrent log-ins stays logged in', async () => {
    const { agent: old } = await app.user('ada');
    const logins = await Promise.all([app.loggedIn('ada'), app.loggedIn('ada'), app.loggedIn('ada')]);
    expect(await isLoggedIn(old)).toBe(false);
    const states = await Promise.all(logins.map(isLoggedIn));
    expect(states.filter(Boolean)).toHaveLength(1);
  });

  it('a session from when the clock was ahead ends at a log-in after it was set back', async () => {
    const ahead = 60_000;
    app.clock.advance(ahead);
    const { agent: old } = await app.user('grace');
    app.clock.advance(-ahead);
    const login = await app.loggedIn('grace');
    expect([await isLoggedIn(old), await isLoggedIn(login)]).toEqual([false, true]);
  });
});
