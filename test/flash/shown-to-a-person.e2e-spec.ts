import type { Response, Test } from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { endSessions, logInByPage } from '../support/drafts';
import { flashes, setCookie, submit } from '../support/page';

const REVOKED = 'This session was ended from another device.';
const NOT_AUTHORIZED = 'Not Authorized';
const LOG_IN_FIRST = 'Please log in first';

type Ask = (agent: TestAgent, path: string) => Test;

const get =
  (headers: Record<string, string>): Ask =>
  (agent, path) =>
    agent.get(path).set(headers);

/** Requests for a page that its user does not see, or not yet. */
const UNSEEN: [who: string, ask: Ask][] = [
  ['a prefetch', get({ 'Sec-Purpose': 'prefetch', 'Sec-Fetch-Dest': 'document' })],
  ['a prefetch by a proxy', get({ 'Sec-Purpose': 'prefetch;anonymous-client-ip' })],
  ['a prerender', get({ 'Sec-Purpose': 'prefetch;prerender', 'Sec-Fetch-Dest': 'document' })],
  ['a prefetch of an older Chrome', get({ Purpose: 'prefetch' })],
  ['a prefetch of an older Firefox', get({ 'X-Moz': 'prefetch' })],
  ['a preview of Safari', get({ 'X-Purpose': 'preview' })],
  ['a preview of an older Safari', get({ Purpose: 'preview' })],
  ['an image', get({ 'Sec-Fetch-Dest': 'image' })],
  ['a script', get({ 'Sec-Fetch-Dest': 'script' })],
  ['fetch()', get({ 'Sec-Fetch-Dest': 'empty' })],
  ['axios', get({ Accept: 'application/json, text/plain, */*' })],
  ['HEAD', (agent, path) => agent.head(path)],
];

/** Addresses that no user opens, requested as by a browser without Fetch Metadata. */
const ASSETS = [
  '/assets/gone.js',
  '/assets/gone.css.map',
  '/assets/',
  '/logo.png',
  '/app.min.js.map',
  '/apple-touch-icon.png',
];

describe('A message that is shown once', () => {
  let app: TestApp;
  let made = 0;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  async function newUser(fields: object = {}) {
    const username = `user${(made += 1)}`;
    const id = await app.signUp(username);
    const agent = app.agent();
    await agent
      .post('/api/v1/auth/login')
      .send({ username, password: PASSWORD, ...fields })
      .expect(200);
    return { id, username, agent };
  }

  const isWithout = (answer: Response, text: string) => expect(answer.text ?? '').not.toContain(text);

  describe.each(UNSEEN)('is not consumed by %s:', (_, ask) => {
    it("a user's flash", async () => {
      const { agent } = await newUser();
      await agent.get('/users/999/edit').expect(303);
      for (const path of ['/users/welcome', '/', '/no/such/page', '/users/login']) {
        isWithout(await ask(agent, path), NOT_AUTHORIZED);
      }
      expect(flashes(await agent.get('/users/welcome'))).toContain(NOT_AUTHORIZED);
    });

    it("a guest's flash", async () => {
      const agent = app.agent();
      await agent.get('/users').expect(303);
      for (const path of ['/users/login', '/', '/no/such/page'])
        isWithout(await ask(agent, path), LOG_IN_FIRST);
      expect(flashes(await agent.get('/users/login'))).toEqual([LOG_IN_FIRST]);
    });

    it('the reason why a session ended', async () => {
      const { id, agent } = await newUser();
      await endSessions(app, id, 'revoked');
      for (const path of ['/users/welcome', '/', '/users/login']) await ask(agent, path);
      expect(flashes(await agent.get('/'))).toEqual([REVOKED]);
      expect(flashes(await agent.get('/'))).toEqual([]);
    });

    it('the reason why a remembered device was revoked', async () => {
      const { id, agent } = await newUser({ remember: true });
      const device = withoutSession(agent);
      await endSessions(app, id, 'revoked');
      for (const path of ['/users/welcome', '/', '/users/login']) await ask(device, path);
      const page = await device.get('/');
      expect(flashes(page)).toEqual([REVOKED]);
      expect(setCookie(page, 'remember')).toMatch(/^remember=;/);
      expect(flashes(await device.get('/'))).toEqual([]);
    });

    it('a draft', async () => {
      const { id, username, agent } = await newUser();
      await endSessions(app, id, 'revoked');
      await submit(agent, `/users/${id}/messages`, { content: 'A long letter' }).expect(303);
      await ask(agent, '/users/login');
      expect((await agent.get('/users/login')).text).toContain(`Log in as <b>${username}</b>`);
      expect(await logInByPage(agent, username)).toBe('/account/kept-form');
      await ask(agent, '/account/kept-form');
      expect((await agent.get('/account/kept-form').expect(200)).text).toContain('A long letter');
    });

    it('no flash is left for a page that its user never requested', async () => {
      const { agent } = await newUser();
      await ask(agent, '/users/999/edit');
      expect(flashes(await agent.get('/users/welcome'))).toEqual([]);
      const guest = app.agent();
      await ask(guest, '/users');
      expect(flashes(await guest.get('/users/login'))).toEqual([]);
    });
  });

  it.each(ASSETS)('is not consumed by the error page of %s', async (path) => {
    const { id, agent } = await newUser();
    await agent.get('/users/999/edit').expect(303);
    isWithout(await agent.get(path).expect(404), NOT_AUTHORIZED);
    expect(flashes(await agent.get('/users/welcome'))).toEqual([NOT_AUTHORIZED]);
    await endSessions(app, id, 'revoked');
    isWithout(await agent.get(path).expect(404), REVOKED);
    expect(flashes(await agent.get('/'))).toEqual([REVOKED]);
  });

  it('about a stolen device goes to the next page, not to a script', async () => {
    const { agent } = await newUser({ remember: true });
    const thief = withoutSession(agent);
    const owner = withoutSession(agent);
    for (let visit = 0; visit < 2; visit += 1) await owner.get('/users/welcome').expect(200);
    app.clock.advance(60_000);
    await thief.get('/users/welcome').set('Sec-Fetch-Dest', 'empty').expect(401);
    expect(flashes(await thief.get('/'))).toEqual([
      expect.stringContaining('a log-in cookie was used twice'),
    ]);
  });

  /** The same browser after a restart: session cookies are gone. */
  function withoutSession(agent: TestAgent): TestAgent {
    const { value } = agent.jar.getCookie('remember', { domain: '127.0.0.1', path: '/' } as never)!;
    const other = app.agent();
    other.jar.setCookie(`remember=${value}`, '127.0.0.1', '/');
    return other;
  }
});
