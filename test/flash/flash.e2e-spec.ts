import type TestAgent from 'supertest/lib/agent';
import { applicationWith, PASSWORD, TestApp } from '../support/app';
import { flashes, submit } from '../support/page';
import { ProbeModule } from '../support/probe.module';
import { countSessions } from '../support/probes';

/** The same behaviour, wherever the flashes lie. */
describe.each([
  ['a user', (app: TestApp) => app.loggedIn('ada')],
  ['a guest', async (app: TestApp) => app.agent()],
])('The flashes of %s', (_, browser) => {
  let app: TestApp;
  let agent: TestAgent;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(ProbeModule));
    await app.signUp('ada');
    await app.signUp('grace');
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    agent = await browser(app);
  });

  const add = (text: string, level = 'info') =>
    agent.post(`/probe/flash?level=${level}&text=${encodeURIComponent(text)}`).expect(303);
  const page = (query = '') => agent.get(`/probe/page${query}`).expect(200);

  it('are shown once, each with its level', async () => {
    for (const level of ['success', 'info', 'warning', 'error']) await add(`a ${level}`, level);
    const { text } = await page();
    for (const [level, role] of [
      ['success', 'status'],
      ['info', 'status'],
      ['warning', 'alert'],
      ['error', 'alert'],
    ]) {
      expect(text).toContain(`<p class="flash flash-${level}" role="${role}">a ${level}</p>`);
    }
    expect(flashes(await page())).toEqual([]);
  });

  it('keep their order, over several requests and in the page of the last one', async () => {
    await add('one');
    await add('two');
    await add('three');
    expect(flashes(await page('?text=four'))).toEqual(['one', 'two', 'three', 'four']);
  });

  it('survive any number of redirects', async () => {
    await add('patient');
    let answer = await agent.get('/probe/hop/9').expect(303);
    for (let hops = 0; hops < 9; hops += 1) answer = await agent.get(answer.headers.location).expect(303);
    expect(answer.headers.location).toBe('/probe/page');
    expect(flashes(await page())).toEqual(['patient']);
  });

  it('are shown in the page of the request that adds them, and not again', async () => {
    expect(flashes(await page('?text=at%20once'))).toEqual(['at once']);
    expect(flashes(await page())).toEqual([]);
  });

  it('are not consumed by a HEAD, whose page is not shown', async () => {
    await add('still here');
    await agent.head('/probe/page').expect(200);
    await agent.head('/').expect(200);
    expect(flashes(await page())).toEqual(['still here']);
  });

  it('are not consumed by a response that shows none', async () => {
    await add('still here');
    await agent.get('/api/v1/messages').expect(200);
    await agent.get('/api/v1/users/no-such').expect((answer) => {
      expect([401, 404]).toContain(answer.status);
    });
    await agent.get('/assets/latchkey.css').expect(200);
    await agent.get('/get_count').expect(200);
    expect(flashes(await page())).toEqual(['still here']);
  });

  it('are shown on an error page too', async () => {
    await add('still here');
    expect(flashes(await agent.get('/nowhere').expect(404))).toEqual(['still here']);
    expect(flashes(await page())).toEqual([]);
  });

  it('are neither added nor consumed by a failed request', async () => {
    await add('still here');
    await agent.post('/probe/failure?only=flash').expect(500);
    expect(flashes(await page())).toEqual(['still here']);
  });

  it('are escaped', async () => {
    await add('<img src=x onerror=alert(1)> & "quoted"');
    const answer = await page();
    expect(answer.text).not.toContain('<img src=x');
    expect(flashes(answer)).toEqual(['<img src=x onerror=alert(1)> & "quoted"']);
  });

  it('survive log-in and log-out, and come before those of the log-in and log-out', async () => {
    await add('before');
    await submit(agent, '/users/login', { username: 'ada', password: PASSWORD }).expect(303);
    await add('between');
    await submit(agent, '/users/logout').expect(303);
    expect(flashes(await agent.get('/users/login').expect(200))).toEqual([
      'before',
      "You've successfully logged in!",
      'between',
      'You have been signed out.',
    ]);
    expect(flashes(await page())).toEqual([]);
  });

  it('that are unread when another user logs in with this browser are kept as well', async () => {
    await add('before');
    await agent.post('/api/v1/auth/login').send({ username: 'grace', password: PASSWORD }).expect(200);
    expect(flashes(await page())).toEqual(['before']);
  });
});

describe('A flash', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  it('is shown after a refused form, and not when the form is shown again', async () => {
    const agent = app.agent();
    const refused = await submit(agent, '/users/login', { username: 'ada', password: 'wrong' }).expect(401);
    expect(flashes(refused)).toEqual(['Invalid credentials. Please try again.']);
    expect(flashes(await agent.get('/users/login'))).toEqual([]);
  });

  it('of a guest costs no row', async () => {
    const before = await countSessions(app);
    await app.agent().get('/users/welcome').expect(303);
    await submit(app.agent(), '/users/signup', { username: 'new', password: PASSWORD }).expect(303);
    expect(await countSessions(app)).toBe(before);
  });

  it('of a log-out is not set by HEAD, which does not log out', async () => {
    const agent = await app.loggedIn('ada');
    await agent.head('/users/logout');
    await agent.get('/users/welcome').expect(200);
  });
});
