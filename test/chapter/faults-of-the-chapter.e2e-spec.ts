import { UserStore } from '../../src/users/user-store';
import { User } from '../../src/users/user.entity';
import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, fieldError, flashes, submit } from '../support/page';
import { CarelessModule } from './careless-routes';

// Each was observed in the chapter's own application.
describe("Faults of the chapter's application, fixed here", () => {
  let app: TestApp;
  let users = 0;

  beforeAll(async () => {
    app = await TestApp.start({}, [], (settings) => CarelessModule.forRoot(settings));
  });
  afterAll(() => app.close());

  async function newUser() {
    const username = `user-${(users += 1)}`;
    return { username, ...(await app.user(username)) };
  }

  const logIn = (username: string, password: string) =>
    submit(app.agent(), '/users/login', { username, password });

  const visit = (path: string, cookie: string) => app.agent().get(path).set('Cookie', cookie);

  describe('a. a deleted user', () => {
    it.each<[string, (id: number) => Promise<unknown>]>([
      [
        'by another device',
        async (id) => (await loggedInAgain(id)).delete(`/api/v1/users/${id}`).expect(204),
      ],
      ['behind our back', (id) => app.dataSource.getRepository(User).delete({ id })],
    ])('%s is a guest at the next request', async (_, remove) => {
      const { id, agent, username } = await newUser();
      await agent.get('/users/welcome').expect(200);
      await remove(id);

      for (const path of ['/users/welcome', `/users/${id}`, `/users/${id}/edit`, '/users']) {
        const answer = await agent.get(path).expect(303);
        expect(answer.headers.location).toBe(`/users/login?next=${encodeURIComponent(path)}`);
      }
      expect((await agent.get('/').expect(200)).text).not.toContain(username);
      await agent.get('/api/v1/auth/me').expect(401);
      await submit(agent, `/users/${id}/messages`, { content: 'from a deleted user' }).expect(303);
      expect((await agent.get('/messages')).text).not.toContain('from a deleted user');
    });

    async function loggedInAgain(id: number) {
      const { username } = await app.dataSource.getRepository(User).findOneByOrFail({ id });
      return app.loggedIn(username);
    }
  });

  it('b. the ID of a deleted user is never reused, so a stale session belongs to no other user', async () => {
    const { id, username } = await newUser();
    const stale = cookiePair(await logIn(username, PASSWORD), 'sid');
    await app.dataSource.getRepository(User).delete({ id }); // leaves the session as it is
    const next = await newUser();
    expect(next.id).toBeGreaterThan(id);
    for (const path of ['/users/welcome', `/users/${next.id}/edit`]) await visit(path, stale).expect(303);
  });

  it('c. a copied cookie is useless after log-out', async () => {
    const { agent, username } = await newUser();
    const copy = cookiePair(await submit(agent, '/users/login', { username, password: PASSWORD }), 'sid');
    await visit('/users/welcome', copy).expect(200);
    await submit(agent, '/users/logout').expect(303);

    const replayed = await visit('/users/welcome', copy).expect(303);
    expect(replayed.headers.location).toBe('/users/login?next=%2Fusers%2Fwelcome');
    await visit('/api/v1/auth/me', copy).expect(401);
    await submit(app.agent(), '/lab/counter').set('Cookie', copy).expect(303);
    await visit('/users/welcome', copy).expect(303); // requests with it do not revive the session
  });

  describe('d. a name that is taken', () => {
    it('does not break the requests after it, logged in or not', async () => {
      const { agent, username } = await newUser();
      for (const browser of [agent, app.agent()]) {
        const body = { username, password: PASSWORD };
        await browser.post('/api/v1/auth/signup').send(body).expect(409);
        for (const path of ['/', '/messages']) await browser.get(path).expect(200);
      }
      expect((await agent.get('/').expect(200)).text).toContain(username);
      await agent.get('/users/welcome').expect(200);
      await app.signUp(`${username}-other`);
    });

    it('goes to exactly one of ten concurrent sign-ups', async () => {
      const username = 'wanted-by-ten';
      const tries = Array.from({ length: 10 }, () =>
        submit(app.agent(), '/users/signup', { username, password: PASSWORD }),
      );
      const statuses = (await Promise.all(tries)).map(({ status }) => status).sort();
      expect(statuses).toEqual([303, ...Array<number>(9).fill(409)]);
      expect(await app.dataSource.getRepository(User).countBy({ username })).toBe(1);
    });
  });

  describe('e. a guard that finds no ID to compare', () => {
    it.each(['/careless/of-user/1', '/careless/public-of-user/1'])(
      'refuses every request to %s',
      async (path) => {
        const guest = await app.agent().get(path).expect(303);
        expect(guest.headers.location).toMatch(/^\/users\/login\?/);

        const { id, agent } = await newUser();
        for (const user of ['1', String(id), 'undefined', 'null']) {
          const answer = await agent.get(path.replace(/1$/, user)).expect(303);
          expect(answer.headers.location).toBe('/users/welcome');
        }
        expect(flashes(await agent.get('/'))).toEqual(Array(4).fill('Not Authorized'));
      },
    );

    it.each([undefined, null])('a lookup of user %s does not find the first user', async (id) => {
      await newUser();
      const store = app.app.get(UserStore);
      await expect(store.findById(id as unknown as number)).rejects.toThrow(
        /^(Null|Undefined) value encountered/,
      );
      await expect(store.findByCanonicalUsername(id as unknown as string)).rejects.toThrow();
    });

    it.each([
      '/users/1/messages',
      '/users/1/messages/1',
      '/users/1/messages/new',
      '/users/1/messages/1/edit',
    ])('nor may a guest see %s', async (path) => {
      const answer = await app.agent().get(path).expect(303);
      expect(answer.headers.location).toBe(`/users/login?next=${encodeURIComponent(path)}`);
    });
  });

  describe('f. odd input', () => {
    it('a NUL in a password is refused at sign-up, and matches nothing at log-in', async () => {
      const signup = { username: 'with-nul', password: 'eight-or-more\0tail' };
      const page = await submit(app.agent(), '/users/signup', signup).expect(422);
      expect(fieldError(page, 'password')).toBe('Use only characters that can be read.');

      await app.signUp('before-nul', 'eight-or-more');
      expect((await logIn('before-nul', 'eight-or-more\0')).status).toBe(401);
      expect((await logIn('before-nul', 'eight-or-more')).status).toBe(303);
    });

    it.each([31, 32, 53, 63, 64, 128])('an ID of 2 to the power of %i is not found', async (power) => {
      const { agent } = await newUser();
      const id = String(2n ** BigInt(power));
      for (const path of [`/users/${id}`, `/users/${id}/messages`, `/api/v1/users/${id}`]) {
        await agent.get(path).expect(404);
      }
      await agent.get(`/users/${id}/edit`).expect(303);
      await agent.delete(`/api/v1/users/${id}`).expect(403);
    });

    it('passwords that share their first 72 bytes are different passwords', async () => {
      const beginning = 'x'.repeat(72);
      await app.signUp('long', `${beginning}-mine`);
      expect((await logIn('long', `${beginning}-yours`)).status).toBe(401);
      expect((await logIn('long', beginning)).status).toBe(401);
      expect((await logIn('long', `${beginning}-mine`)).status).toBe(303);
    });
  });

  describe('g. names and log-out', () => {
    beforeAll(() => app.signUp('Grace'));

    it.each(['GRACE', ' grace ', '\tgrace\n', 'ｇｒａｃｅ'])(
      '%j means grace: it is taken at sign-up and works at log-in',
      async (spelling) => {
        const signup = { username: spelling, password: PASSWORD };
        await submit(app.agent(), '/users/signup', signup).expect(409);
        expect((await logIn(spelling, PASSWORD)).status).toBe(303);
      },
    );

    it('a name is stored as typed, without surrounding spaces', async () => {
      const id = await app.signUp('  Ada.Lovelace ');
      const { username } = await app.dataSource.getRepository(User).findOneByOrFail({ id });
      expect(username).toBe('Ada.Lovelace');
    });

    it('no other site can log a user out, by GET or by POST', async () => {
      const { agent } = await newUser();
      const elsewhere = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' };
      await agent.get('/users/logout').set(elsewhere).expect(200);
      await agent.post('/users/logout').set(elsewhere).expect(403);
      await agent.post('/users/logout').set('Origin', 'https://evil.example').expect(403);
      await agent.get('/users/welcome').expect(200);
    });
  });
});
