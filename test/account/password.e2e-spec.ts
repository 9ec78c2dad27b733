import { setTimeout as delay } from 'node:timers/promises';
import { PasswordHasher } from '../../src/auth/passwords/password-hasher';
import { UserStore } from '../../src/users/user-store';
import { PASSWORD, TestApp } from '../support/app';
import { PacedHasher } from '../support/paced-hasher';
import { cookiePair, fieldError, fieldValue, flashes, setCookie, submit } from '../support/page';
import { countSessions, LIVE } from '../support/probes';

const NEW = 'a heron stands in the rain';
const CHANGED = 'Your password was changed; please log in again.';
const PAGE = '/account/password';
const API = '/api/v1/auth/password';

describe('A change of password', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another({}, [{ token: PasswordHasher, useClass: PacedHasher }]);
  });
  afterAll(() => app.close());

  const change = (currentPassword: string, newPassword: string) => ({ currentPassword, newPassword });
  const login = (username: string, password: string, remember = false) =>
    app.agent().post('/api/v1/auth/login').send({ username, password, remember });
  const me = (cookie: string) => second.agent().get('/api/v1/auth/me').set('Cookie', cookie);

  it('has a page linked from the account, and its form works with password managers', async () => {
    const { agent } = await app.user('page');
    expect((await agent.get('/account').expect(200)).text).toContain(`href="${PAGE}"`);
    const { text } = await agent.get(PAGE).expect(200);
    expect(text).toMatch(/name="currentPassword" type="password" autocomplete="current-password"/);
    expect(text).toMatch(/name="newPassword" type="password" autocomplete="new-password"/);
  });

  it('makes the new password the only one that logs in', async () => {
    const { agent } = await app.user('ada');
    const answer = await submit(agent, PAGE, change(PASSWORD, NEW)).expect(303);
    expect(answer.headers.location).toBe('/account');
    expect(flashes(await agent.get('/account').expect(200))).toEqual(['Password Updated!']);
    await login('ada', PASSWORD).expect(401);
    await login('ada', NEW).expect(200);
  });

  it('ends all other sessions at once, on every instance, and shows them why', async () => {
    const { id, agent } = await app.user('grace');
    const [phone, tablet] = [await second.loggedIn('grace'), await second.loggedIn('grace')];
    await phone.get('/users/welcome').expect(200);
    await agent.post(API).send(change(PASSWORD, NEW)).expect(204);

    expect((await phone.get('/api/v1/auth/me').expect(401)).body).toMatchObject({
      reason: 'password_changed',
    });
    await tablet.get('/users/welcome').expect(303);
    expect(flashes(await tablet.get('/users/login'))).toEqual([CHANGED, 'Please log in first']);
    await agent.get('/api/v1/auth/me').expect(200);
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(1);
  });

  it("gives this browser a new session ID and keeps the session's values", async () => {
    await app.signUp('alan');
    const before = cookiePair(await login('alan', PASSWORD), 'sid');
    const agent = app.agent().set('Cookie', before);
    await agent.post('/lab/counter').expect(303);

    const answer = await submit(agent, PAGE, change(PASSWORD, NEW)).expect(303);
    const after = cookiePair(answer, 'sid');
    expect(after).not.toBe(before);
    await me(before).expect(401);
    await me(after).expect(200);
    const lab = await second.agent().get('/lab').set('Cookie', after);
    expect(lab.text).toContain('<p class="count">1</p>');
  });

  it('keeps this browser logged in even if it opens a page while the other sessions end', async () => {
    await app.signUp('jean');
    const cookie = cookiePair(await login('jean', PASSWORD).expect(200), 'sid');
    const users = app.app.get(UserStore, { strict: false });
    const secure = users.secure.bind(users);
    const changing = jest.spyOn(users, 'secure').mockImplementation(async (...change) => {
      const isDone = await secure(...change);
      await me(cookie).expect(401);
      return isDone;
    });
    const answer = await app.agent().set('Cookie', cookie).post(API).send(change(PASSWORD, NEW));
    changing.mockRestore();
    expect(answer.status).toBe(204);
    await me(cookiePair(answer, 'sid')).expect(200);
  });

  it('counts as a log-in, so no page asks for the password soon after', async () => {
    const { id, agent } = await app.user('late');
    second.clock.advance(20 * 60_000);
    app.clock.advance(20 * 60_000);
    await agent.delete(`/api/v1/users/${id}`).send({}).expect(422);
    await agent.post(API).send(change(PASSWORD, NEW)).expect(204);
    await agent.delete(`/api/v1/users/${id}`).send({}).expect(204);
  });

  it('keeps unread flashes', async () => {
    const { agent } = await app.user('flashy');
    await agent.get('/users/1/edit').expect(303); // Not Authorized, not shown yet
    await submit(agent, PAGE, change(PASSWORD, NEW)).expect(303);
    expect(flashes(await agent.get('/account'))).toEqual(['Not Authorized', 'Password Updated!']);
    expect(flashes(await agent.get('/account'))).toEqual([]);
  });

  it.each([PAGE, API])(
    'ends every remembered device except this one, which gets a new token (%s)',
    async (path) => {
      const username = path === PAGE ? 'rem' : 'rem-api';
      await app.signUp(username);
      const here = await login(username, PASSWORD, true).expect(200);
      const there = await login(username, PASSWORD, true).expect(200);
      const cookies = [cookiePair(here, 'sid'), cookiePair(here, 'remember')].join('; ');
      const request = app.agent().post(path).set('Cookie', cookies);
      const answer = await (path === PAGE ? request.type('form') : request).send(change(PASSWORD, NEW));
      expect(answer.status).toBe(path === PAGE ? 303 : 204);

      for (const old of [cookiePair(here, 'remember'), cookiePair(there, 'remember')]) {
        const refused = await me(old).expect(401);
        expect(refused.body).toMatchObject({ reason: 'password_changed' });
      }
      const lines = (answer.headers['set-cookie'] as unknown as string[]).filter((line) =>
        line.startsWith('remember='),
      );
      expect(lines).toEqual([expect.stringMatching(/^remember=[\w.-]+; Max-Age=2592000;/)]);
      await me(cookiePair(answer, 'remember')).expect(200);
    },
  );

  it('does not remember a device that was not remembered before', async () => {
    const { agent } = await app.user('forgetful');
    const answer = await submit(agent, PAGE, change(PASSWORD, NEW)).expect(303);
    expect(setCookie(answer, 'remember')).toBeUndefined();
  });

  describe('is refused for', () => {
    it.each([
      [
        'a wrong current password',
        change('not the password', NEW),
        'currentPassword',
        'This is not your current password.',
      ],
      ['no current password', change('', NEW), 'currentPassword', 'This field is required.'],
      ['no new password', change(PASSWORD, ''), 'newPassword', 'This field is required.'],
      ['a new one that is too short', change(PASSWORD, 'short'), 'newPassword', 'Use at least 8 characters.'],
      [
        'a new one that is too long',
        change(PASSWORD, 'x'.repeat(129)),
        'newPassword',
        'Use at most 128 characters.',
      ],
      ['the same again', change(PASSWORD, PASSWORD), 'newPassword', 'This is your password already.'],
    ])(
      '%s, with the error at the field and in the problem, and changes nothing',
      async (what, fields, field, why) => {
        const username = what.replaceAll(' ', '-');
        const { agent } = await app.user(username);
        const other = await second.loggedIn(username);
        const page = await submit(agent, PAGE, fields).expect(422);
        expect(fieldError(page, field)).toBe(why);
        expect(page.text).not.toContain(`value="${PASSWORD}"`);
        expect([fieldValue(page, 'currentPassword'), fieldValue(page, 'newPassword')]).toEqual(['', '']);
        const problem = await agent.post(API).send(fields).expect(422);
        expect((problem.body as { errors: unknown }).errors).toEqual({ [field]: [why] });

        await agent.get('/api/v1/auth/me').expect(200);
        await other.get('/api/v1/auth/me').expect(200);
        await login(username, PASSWORD).expect(200);
      },
    );

    it('a missing current password however recent the log-in is, and for an unknown field', async () => {
      const { agent } = await app.user('fresh');
      await agent.post(API).send({ newPassword: NEW }).expect(422);
      await agent
        .post(API)
        .send({ ...change(PASSWORD, NEW), username: 'other' })
        .expect(400);
      await login('fresh', PASSWORD).expect(200);
    });

    it('the current password in another Unicode form', async () => {
      const id = await app.signUp('zoe', 'motdepassé à moi');
      expect(id).toBeGreaterThan(0);
      const agent = await app.loggedIn('zoe', 'motdepassé à moi');
      const same = change('motdepassé à moi', 'motdepassé à moi'.normalize('NFD'));
      const { body } = await agent.post(API).send(same).expect(422);
      expect(body).toMatchObject({ errors: { newPassword: ['This is your password already.'] } });
    });

    it('another site and for a guest', async () => {
      const { agent } = await app.user('victim');
      await submit(agent, PAGE, change(PASSWORD, NEW)).set('Origin', 'https://evil.example').expect(403);
      await submit(app.agent(), PAGE, change(PASSWORD, NEW)).expect(303).expect('Location', '/users/login');
      await app.agent().post(API).send(change(PASSWORD, NEW)).expect(401);
      await login('victim', PASSWORD).expect(200);
    });
  });

  it('succeeds once of six concurrent ones; the others are logged out with the reason, and the winner stays logged in', async () => {
    await app.signUp('rival');
    const agents = await Promise.all(Array.from({ length: 6 }, () => second.loggedIn('rival')));
    PacedHasher.meeting = agents.length;
    const answers = await Promise.all(
      agents.map((agent, index) => submit(agent, PAGE, change(PASSWORD, `${NEW} ${index}`))),
    );
    PacedHasher.meeting = 0;

    const places = answers.map(({ headers }) => headers.location);
    const winner = places.indexOf('/account');
    const loser = places.indexOf('/users/login');
    expect(places.toSorted()).toEqual(['/account', ...Array<string>(5).fill('/users/login')]);
    expect(flashes(await agents[loser].get('/users/login'))).toEqual([
      'Your password was changed; please log in again.',
      'Please log in first',
    ]);

    for (const [index, agent] of agents.entries()) {
      await agent.get('/api/v1/auth/me').expect(index === winner ? 200 : 401);
      await login('rival', `${NEW} ${index}`).expect(index === winner ? 200 : 401);
    }
  });

  it('ends all of 25 concurrent log-ins with the old password', async () => {
    let verified = 0;
    for (let round = 0; round < 4; round += 1) {
      const username = `storm${round}`;
      const { id, agent } = await app.user(username);
      const logins = Array.from({ length: 25 }, async () => {
        await delay(Math.random() * 40);
        return second
          .agent()
          .post('/users/login')
          .type('form')
          .send({ username, password: PASSWORD, remember: 'on' });
      });
      await delay(30);
      await agent.post(API).send(change(PASSWORD, NEW)).expect(204);
      for (const answer of await Promise.all(logins)) {
        if (answer.status === 303) verified += 1;
        for (const name of ['sid', 'remember']) {
          if (setCookie(answer, name)) await me(cookiePair(answer, name)).expect(401);
        }
      }
      await agent.get('/api/v1/auth/me').expect(200);
      expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(1);
    }
    expect(verified).toBeGreaterThan(10);
  }, 30_000);
});
