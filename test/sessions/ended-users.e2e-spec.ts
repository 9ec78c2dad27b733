import { SessionTermination } from '../../src/sessions/session-termination';
import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, submit } from '../support/page';
import { countSessions, LIVE } from '../support/probes';

describe('When a user is deleted', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another();
  });
  afterAll(() => app.close());

  it('all their sessions end on every instance', async () => {
    const { id, agent } = await app.user('ada');
    const phone = await second.loggedIn('ada');
    const tablet = await second.loggedIn('ada');
    await phone.get('/api/v1/auth/me').expect(200);

    await submit(agent, `/users/${id}?_method=DELETE`).expect(303);
    await phone.get('/api/v1/auth/me').expect(401);
    await tablet.get('/users/welcome').expect(303).expect('Location', '/users/login?next=%2Fusers%2Fwelcome');
    await agent.get('/api/v1/auth/me').expect(401);
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(0);
    expect(await countSessions(app, `user_id = ${id} AND end_reason = 'user_deleted'`)).toBe(3);
  });

  it('the sessions of other users do not end', async () => {
    const { id, agent } = await app.user('gone');
    const other = await app.user('stays');
    await agent.delete(`/api/v1/users/${id}`).expect(204);
    await other.agent.get('/api/v1/auth/me').expect(200);
  });

  it('a leftover session belongs to no user, also not to the next one', async () => {
    const { id } = await app.user('brief');
    const left = await second.loggedIn('brief');
    // Deleted directly in the database, as an administrator might: the application has ended no session.
    await app.write(`DELETE FROM users WHERE id = ${id}`);
    await left.get('/api/v1/auth/me').expect(401);
    await left.get('/').expect(200);
    expect(await app.signUp('next')).toBeGreaterThan(id);
    await left.get('/api/v1/auth/me').expect(401);
  });

  it('ending all sessions of a user returns their number, without those that had already ended', async () => {
    const { id, agent } = await app.user('many');
    await app.loggedIn('many');
    await submit(agent, '/users/logout').expect(303);
    const ends = app.app.get(SessionTermination, { strict: false });
    expect(await ends.endAllOf(id, 'user_deleted')).toBe(1);
    expect(await ends.endAllOf(id, 'user_deleted')).toBe(0);
    expect(await countSessions(app, `user_id = ${id} AND end_reason = 'logged_out'`)).toBe(1);
  });

  it('a log-in in flight opens no session', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id, agent } = await app.user(`hurried${round}`);
      const credentials = { username: `hurried${round}`, password: PASSWORD };
      const [login] = await Promise.all([
        second.agent().post('/api/v1/auth/login').send(credentials),
        agent.delete(`/api/v1/users/${id}`).expect(204),
      ]);
      if (login.status !== 200) continue;
      const cookie = cookiePair(login, 'sid');
      await second.agent().get('/api/v1/auth/me').set('Cookie', cookie).expect(401);
    }
  });
});
