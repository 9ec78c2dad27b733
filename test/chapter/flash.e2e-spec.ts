import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, flashes, setCookie, submit } from '../support/page';
import { CarelessModule } from './careless-routes';

const LOG_IN_FIRST = 'Please log in first';
const NOT_AUTHORIZED = 'Not Authorized';
const REFUSED = 'Invalid credentials. Please try again.';
const SIGNED_OUT = 'You have been signed out.';
/** Another user's page, which need not exist: requesting it leaves a flash. */
const NOT_MINE = '/users/999999/edit';

describe('Flash messages', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [], (settings) => CarelessModule.forRoot(settings));
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  describe('25. last until a page shows them:', () => {
    // Signed cookies carry them, so that they cost no statement and a guest needs no session.
    it('those of a guest, in a signed cookie of five minutes', async () => {
      const agent = app.agent();
      const answer = await agent.get('/users').expect(303);
      expect(setCookie(answer, 'flash')).toMatch(/; Max-Age=300; Path=\/; .*HttpOnly; SameSite=Lax$/);
      const [, payload] = /^flash=([\w-]+)\.\d+\./.exec(cookiePair(answer, 'flash'))!;
      const carried = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      expect(Object.values(carried)).toEqual([{ level: 'warning', text: LOG_IN_FIRST }]);

      const shown = await agent.get('/users/login');
      expect(flashes(shown)).toEqual([LOG_IN_FIRST]);
      expect(setCookie(shown, 'flash')).toMatch(/^flash=; .*Expires=Thu, 01 Jan 1970/);
      expect(flashes(await agent.get('/users/login'))).toEqual([]);
    });

    it('those of a user, in a signed cookie that ends with the browser', async () => {
      const { agent } = await app.user('grace');
      const answer = await agent.get(NOT_MINE).expect(303);
      const [line = ''] = answer.headers['set-cookie'] as unknown as string[];
      expect(line).toMatch(/^flash-[\w-]{22}=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/);

      expect(flashes(await agent.get('/users/welcome'))).toEqual([NOT_AUTHORIZED]);
      expect(flashes(await agent.get('/users/welcome'))).toEqual([]);
    });

    it('across redirects, responses without a page and requests that show none', async () => {
      const agent = await app.loggedIn('ada');
      await agent.get(NOT_MINE).expect(303);
      await agent.get('/users/login').expect(303);
      await agent.get('/get_count').expect(200);
      await agent.get('/api/v1/auth/me').expect(200);
      await agent.head('/users/welcome').expect(200);
      expect(flashes(await agent.get('/users/welcome'))).toEqual([
        NOT_AUTHORIZED,
        'You are already logged in.',
      ]);
    });

    it('across the new session of a log-in and of a log-out', async () => {
      const agent = app.agent();
      await agent.get('/users').expect(303);
      await submit(agent, '/users/login', { username: 'ada', password: PASSWORD }).expect(303);
      await submit(agent, '/users/logout').expect(303);
      expect(flashes(await agent.get('/users/login'))).toEqual([
        LOG_IN_FIRST,
        "You've successfully logged in!",
        SIGNED_OUT,
      ]);
    });
  });

  it('26. do not appear again if the request that flashes them also shows them', async () => {
    const agent = app.agent();
    const page = await submit(agent, '/users/login', { username: 'unknown', password: 'wrong' });
    expect(flashes(page)).toEqual([REFUSED]);
    expect(flashes(await agent.get('/users/login'))).toEqual([]);
  });

  describe('27. accumulate in order until shown, duplicates included,', () => {
    it('for a user', async () => {
      const agent = await app.loggedIn('ada');
      for (const path of [NOT_MINE, '/users/signup', NOT_MINE]) await agent.get(path).expect(303);
      expect(flashes(await agent.get('/users/welcome'))).toEqual([
        NOT_AUTHORIZED,
        'You are already logged in.',
        NOT_AUTHORIZED,
      ]);
    });

    // Asks a guest to log in directly, without the chapter's detour by the welcome page and its second flash.
    it('for a guest at an edit page: one redirect to log-in with one flash', async () => {
      const agent = app.agent();
      const answer = await agent.get('/users/1/edit').expect(303);
      expect(answer.headers.location).toBe('/users/login?next=%2Fusers%2F1%2Fedit');
      expect(flashes(await agent.get('/users/login'))).toEqual([LOG_IN_FIRST]);
    });

    it('of every level, each distinguishable, after several posts', async () => {
      const agent = app.agent();
      await agent.get('/users').expect(303);
      await submit(agent, '/users/logout').expect(303);
      await submit(agent, '/users/signup', { username: 'linus', password: PASSWORD }).expect(303);
      const page = await submit(agent, '/users/login', { username: 'linus', password: 'wrong' });
      expect(flashes(page)).toEqual([LOG_IN_FIRST, SIGNED_OUT, 'User Created!', REFUSED]);
      const levels = [...page.text.matchAll(/class="flash flash-(\w+)" role="(\w+)"/g)].map(
        ([, ...of]) => of,
      );
      expect(levels).toEqual([
        ['warning', 'alert'],
        ['info', 'status'],
        ['success', 'status'],
        ['error', 'alert'],
      ]);
      expect(flashes(await agent.get('/users/login'))).toEqual([]);
    });

    it.each([
      ['guest', () => app.agent()],
      ['user', () => app.loggedIn('ada')],
    ])('until there are too many: then the oldest of a %s give way', async (_, browser) => {
      const agent = await browser();
      await agent.get('/careless/flash').expect(200);
      for (let count = 0; count < 60; count += 1) await agent.get(NOT_MINE).expect(303);
      const shown = flashes(await agent.get('/messages'));
      expect(shown.length).toBeGreaterThan(20);
      expect(shown.length).toBeLessThan(60);
      expect(shown).not.toContain('<script>alert("it\'s me & you")</script>');
    });

    it('from concurrent requests, without losing any', async () => {
      const agent = await app.loggedIn('ada');
      await Promise.all([1, 2, 3, 4].map(() => agent.get(NOT_MINE).expect(303)));
      expect(flashes(await agent.get('/users/welcome'))).toEqual(Array(4).fill(NOT_AUTHORIZED));
    });
  });

  it.each([
    '/',
    '/messages',
    '/users',
    '/users/welcome',
    '/users/OWN',
    '/users/OWN/edit',
    '/users/OWN/messages',
    '/users/OWN/messages/new',
    '/lab',
    '/lab/cookies',
    '/no/such/page',
  ])('28. %s shows them', async (path) => {
    const agent = await app.loggedIn('ada');
    const me = await agent.get('/api/v1/auth/me');
    await agent.get(NOT_MINE).expect(303);
    const page = await agent.get(path.replace('OWN', String(me.body.id)));
    expect(flashes(page)).toEqual([NOT_AUTHORIZED]);
  });

  it.each<[string, (cookie: string) => string]>([
    ['another text', (cookie) => cookie.replace(/=[\w-]+/, `=${Buffer.from('[]').toString('base64url')}`)],
    ['no signature', (cookie) => cookie.replace(/\.[^.]+$/, '')],
    ['garbage', () => 'flash=garbage'],
  ])('a cookie with %s shows none', async (_, alter) => {
    const cookie = cookiePair(await app.agent().get('/users'), 'flash');
    const intact = await app.agent().get('/users/login').set('Cookie', cookie);
    expect(flashes(intact)).toEqual([LOG_IN_FIRST]);
    const page = await app.agent().get('/users/login').set('Cookie', alter(cookie)).expect(200);
    expect(flashes(page)).toEqual([]);
  });

  it('a cookie older than five minutes shows none', async () => {
    const cookie = cookiePair(await app.agent().get('/users'), 'flash');
    app.clock.advance(5 * 60_000 + 1_000);
    expect(flashes(await app.agent().get('/users/login').set('Cookie', cookie))).toEqual([]);
  });

  it.each([
    ['guest', () => app.agent()],
    ['user', () => app.loggedIn('ada')],
  ])('mark-up in one is shown as text to a %s', async (_, browser) => {
    const agent = await browser();
    await agent.get('/careless/flash').expect(200);
    const page = await agent.get('/');
    expect(flashes(page)).toEqual(['<script>alert("it\'s me & you")</script>']);
    expect(page.text).not.toContain('<script>');
  });
});
