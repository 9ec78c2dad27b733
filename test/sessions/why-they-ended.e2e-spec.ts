import { TestApp } from '../support/app';
import { flashes, submit } from '../support/page';

const MINUTE = 60_000;

describe('The reason why a session ended', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({
      SESSION_IDLE_TIMEOUT: '30m',
      SESSION_ABSOLUTE_TIMEOUT: '2h',
      SESSION_LIMIT: '2',
    });
  });
  afterAll(() => app.close());

  const login = '/users/login';

  it('is shown once on the next page after it was idle for too long', async () => {
    const { agent } = await app.user('ida');
    app.clock.advance(31 * MINUTE);
    await agent.get('/users/welcome').expect(303);
    expect(flashes(await agent.get(login))).toEqual([
      'You have been signed out after a while without activity.',
      'Please log in first',
    ]);
    expect(flashes(await agent.get(login))).toEqual([]);
  });

  it('is shown after its absolute timeout', async () => {
    const { agent } = await app.user('abby');
    for (let minutes = 0; minutes < 120; minutes += 20) {
      await agent.get('/users/welcome').expect(200);
      app.clock.advance(20 * MINUTE);
    }
    expect(flashes(await agent.get('/'))).toEqual([
      'Your session has reached its time limit. Please log in again.',
    ]);
  });

  it('is shown when more recent devices exceeded the limit', async () => {
    const { agent: first } = await app.user('evi');
    const [second, third] = [await app.loggedIn('evi'), await app.loggedIn('evi')];
    await second.get('/users/welcome').expect(200);
    await third.get('/users/welcome').expect(200);
    expect(flashes(await first.get('/'))).toEqual([
      'You have logged in on too many devices; this one was signed out.',
    ]);
  });

  it('is shown in other browsers after the account was deleted, not in the one that deleted it', async () => {
    const { id, agent } = await app.user('dora');
    const other = await app.loggedIn('dora');
    await submit(agent, `/users/${id}?_method=DELETE`).expect(303);
    expect(flashes(await agent.get('/'))).toEqual(['User Deleted!']);
    expect(flashes(await other.get('/'))).toEqual(['This account was deleted.']);
    expect(flashes(await other.get('/'))).toEqual([]);
  });

  it('is in the problem of the API', async () => {
    const { agent } = await app.user('api');
    app.clock.advance(31 * MINUTE);
    for (let i = 0; i < 2; i += 1) {
      const answer = await agent.get('/api/v1/auth/me').expect(401);
      expect(answer.body).toMatchObject({ reason: 'idle' });
    }
  });

  it('is not shown after a log-out, and a HEAD does not consume it', async () => {
    const { agent } = await app.user('lou');
    await agent.post('/users/logout').expect(303);
    expect(flashes(await agent.get(login))).toEqual(['You have been signed out.']);

    const { agent: idle } = await app.user('hedy');
    app.clock.advance(31 * MINUTE);
    await idle.head('/').expect(200);
    expect(flashes(await idle.get('/'))).toHaveLength(1);
  });

  it('is shown in one of many tabs that load at once', async () => {
    const { agent } = await app.user('tab');
    app.clock.advance(31 * MINUTE);
    const pages = await Promise.all(Array.from({ length: 10 }, () => agent.get('/')));
    expect(pages.flatMap((page) => flashes(page))).toHaveLength(1);
  });

  it('is not shown for an ID that never existed', async () => {
    const answer = await app.agent().get('/api/v1/auth/me').expect(401);
    expect(answer.body).not.toHaveProperty('reason');
  });
});
