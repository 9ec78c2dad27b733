import { SessionEngine } from '../../src/sessions/session-engine';
import { PASSWORD, TestApp } from '../support/app';
import { submit } from '../support/page';
import { RecordingEngine } from '../support/probes';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('The time limits of a session', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({}, [{ token: SessionEngine, useClass: RecordingEngine }]);
  });
  afterEach(() => app.close());

  const touches = () => app.app.get<RecordingEngine>(SessionEngine).calls.filter((call) => call === 'touch');

  it('end it after 30 minutes without a request, even if the browser still sends its cookie', async () => {
    const { agent } = await app.user('ada');
    app.clock.advance(30 * MINUTE - SECOND);
    await agent.get('/api/v1/auth/me').expect(200);
    app.clock.advance(30 * MINUTE + SECOND);
    await agent.get('/api/v1/auth/me').expect(401);
    await agent.get('/users/welcome').expect(303).expect('Location', '/users/login?next=%2Fusers%2Fwelcome');
  });

  it('do not end it while its user stays active', async () => {
    const { agent } = await app.user('ada');
    for (let round = 0; round < 10; round += 1) {
      app.clock.advance(20 * MINUTE);
      await agent.get('/api/v1/auth/me').expect(200);
    }
  });

  it('end it 12 hours after log-in however active it is, and no write extends that', async () => {
    const { agent } = await app.user('ada');
    for (let time = 0; time + 20 * MINUTE < 12 * HOUR; time += 20 * MINUTE) {
      app.clock.advance(20 * MINUTE);
      await submit(agent, '/lab/counter').expect(303);
    }
    app.clock.advance(20 * MINUTE - 2 * SECOND);
    await agent.get('/api/v1/auth/me').expect(200);
    app.clock.advance(3 * SECOND);
    await agent.get('/api/v1/auth/me').expect(401);
  });

  it('start again with a new log-in', async () => {
    const { agent } = await app.user('ada');
    app.clock.advance(13 * HOUR);
    await agent.get('/api/v1/auth/me').expect(401);
    await (await app.loggedIn('ada')).get('/api/v1/auth/me').expect(200);
  });

  it('are not moved by an expired session at the log-in page', async () => {
    const { agent } = await app.user('ada');
    app.clock.advance(31 * MINUTE);
    await agent.get('/users/login').expect(200);
    expect(touches()).toEqual([]);
    await agent.get('/api/v1/auth/me').expect(401);
  });

  it('let a timed-out user log out as usual', async () => {
    const { agent } = await app.user('ada');
    app.clock.advance(31 * MINUTE);
    await submit(agent, '/users/logout').expect(303).expect('Location', '/users/login');
  });

  it('are updated at most once a minute', async () => {
    const { agent } = await app.user('ada');
    app.clock.advance(MINUTE - 2 * SECOND);
    for (let request = 0; request < 5; request += 1) await agent.get('/').expect(200);
    expect(touches()).toEqual([]);

    app.clock.advance(2 * SECOND);
    for (let request = 0; request < 5; request += 1) await agent.get('/').expect(200);
    expect(touches()).toEqual(['touch']);
  });

  it('are updated every tenth of a short idle timeout', async () => {
    const short = await app.another({ SESSION_IDLE_TIMEOUT: '1m' }, [
      { token: SessionEngine, useClass: RecordingEngine },
    ]);
    const { calls } = short.app.get<RecordingEngine>(SessionEngine);
    const { agent } = await short.user('ada');
    short.clock.advance(4 * SECOND);
    await agent.get('/').expect(200);
    expect(calls).not.toContain('touch');
    short.clock.advance(2 * SECOND);
    await agent.get('/').expect(200);
    expect(calls.filter((call) => call === 'touch')).toHaveLength(1);
    await short.close();
  });

  it('hold when the clock jumps: an hour back makes no session immortal, a day ahead and back revives none', async () => {
    const { agent } = await app.user('ada');
    app.clock.advance(-HOUR);
    await agent.get('/api/v1/auth/me').expect(200);
    app.clock.advance(2 * HOUR);
    await agent.get('/api/v1/auth/me').expect(401);

    const other = await app.loggedIn('ada');
    const ended = await app.loggedIn('ada');
    await submit(ended, '/users/logout').expect(303);
    app.clock.advance(24 * HOUR);
    await other.get('/api/v1/auth/me').expect(401);
    app.clock.advance(-24 * HOUR);
    await ended.get('/api/v1/auth/me').expect(401);
  });

  it('are updated at once after the clock was set back', async () => {
    const { agent } = await app.user('ada');
    app.clock.advance(-HOUR);
    await agent.get('/api/v1/auth/me').expect(200);
    expect(touches()).toEqual(['touch']);
    app.clock.advance(30 * MINUTE + SECOND);
    await agent.get('/api/v1/auth/me').expect(401);
  });

  it('do not treat a log-in as recent that is in the future after the clock was set back', async () => {
    const { id, agent } = await app.user('ada');
    app.clock.advance(-3 * SECOND); // as far as the clocks of two instances may differ
    await agent.get('/users/welcome').expect(200);
    app.clock.advance(-HOUR);
    await agent.delete(`/api/v1/users/${id}`).expect(422);
    await agent.delete(`/api/v1/users/${id}`).send({ currentPassword: PASSWORD }).expect(204);
  });

  it('hold for a session from when the clock was a day ahead, once it is used again', async () => {
    app.clock.advance(24 * HOUR);
    const { agent } = await app.user('ada');
    const logins = [agent, await app.loggedIn('ada')];
    app.clock.advance(-24 * HOUR);
    for (const login of logins) await login.get('/api/v1/auth/me').expect(200);
    for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
      await logins[0].get('/api/v1/auth/me').expect(200);
      app.clock.advance(20 * MINUTE);
    }
    for (const login of logins) await login.get('/api/v1/auth/me').expect(401);
  });
});
