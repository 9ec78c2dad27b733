import { SessionEntity } from '../../src/sessions/engines/session.entity';
import { User } from '../../src/users/user.entity';
import { PASSWORD, TestApp } from '../support/app';
import {
  cookiePair,
  fieldError,
  fieldValue,
  flashes,
  setCookie,
  submit,
  withoutFormKeys,
} from '../support/page';

const REQUIRED = 'This field is required.';
const REFUSED = 'Invalid credentials. Please try again.';

describe('Signing up, logging in, logging out', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  it.each(['signup', 'login'])('14. GET /users/%s shows its form, blank', async (page) => {
    const answer = await app.agent().get(`/users/${page}`).expect(200);
    expect(answer.text).toContain(`<form action="/users/${page}" method="post">`);
    expect(fieldValue(answer, 'username')).toBe('');
    expect(fieldValue(answer, 'password')).toBe('');
  });

  // 303 in place of 302: only it says that the next request is a GET. And a flash, where the chapter's app has none.
  it('15. signing up leads to the log-in page with a flash, not logged in', async () => {
    const agent = app.agent();
    const answer = await submit(agent, '/users/signup', { username: 'grace', password: PASSWORD });
    expect([answer.status, answer.headers.location]).toEqual([303, '/users/login']);
    expect(setCookie(answer, 'sid')).toBeUndefined();
    expect(flashes(await agent.get('/users/login'))).toEqual(['User Created!']);
    await agent.get('/users/welcome').expect(303);
  });

  // 409 in place of 200: the status tells what the page tells.
  it('16. a name that is taken gives the form again: name kept, password blank', async () => {
    const agent = app.agent();
    const answer = await submit(agent, '/users/signup', { username: 'ada', password: PASSWORD });
    expect(answer.status).toBe(409);
    expect(flashes(answer)).toEqual(['Invalid submission. Please try again.']);
    expect(fieldValue(answer, 'username')).toBe('ada');
    expect(fieldValue(answer, 'password')).toBe('');
    expect(answer.text).not.toContain(PASSWORD);
    expect(flashes(await agent.get('/users/signup'))).toEqual([]);
  });

  // 422 in place of 200.
  it.each([
    ['empty', '', ''],
    ['blank', '   ', ' \t '],
    ['missing', undefined, undefined],
  ])('17. %s fields are refused beside each field, without a flash', async (_, username, password) => {
    const answer = await submit(app.agent(), '/users/signup', { username, password });
    expect(answer.status).toBe(422);
    expect(fieldError(answer, 'username')).toBe(REQUIRED);
    expect(fieldError(answer, 'password')).toBe(REQUIRED);
    expect(flashes(answer)).toEqual([]);
  });

  it('18. logging in leads to the welcome page; the session holds the ID of the user, the cookie nothing', async () => {
    const agent = app.agent();
    const answer = await submit(agent, '/users/login', { username: 'ada', password: PASSWORD });
    expect([answer.status, answer.headers.location]).toEqual([303, '/users/welcome']);

    // Ours is kept on the server; the browser holds a random ID, which reads as nothing.
    const { id } = await app.dataSource.getRepository(User).findOneByOrFail({ username: 'ada' });
    const row = await app.dataSource.getRepository(SessionEntity).findOneByOrFail({ userId: id });
    const { flashes: _, ...held } = JSON.parse(row.data) as Record<string, unknown>;
    expect(held).toEqual({ userId: id, securityVersion: 1, authenticatedAt: expect.any(Number) });
    expect(setCookie(answer, 'sid')).toMatch(/^sid=s%3A[\w-]{43}\.[\w%]+; Path=\/; HttpOnly; SameSite=Lax$/);

    expect(flashes(await agent.get('/users/welcome'))).toEqual(["You've successfully logged in!"]);
  });

  describe('19. a log-in that fails gives the form again with one text', () => {
    // 401 in place of 200.
    it.each<[string, Record<string, unknown>]>([
      ['a wrong password', { username: 'grace', password: 'not the password' }],
      ['an unknown user', { username: 'nobody', password: PASSWORD }],
      ['empty fields', { username: '', password: '' }],
      ['no fields', {}],
      ['a name given twice', { username: ['grace', 'grace'], password: PASSWORD }],
      ['a NUL in the name', { username: 'grace\0', password: PASSWORD }],
      ['a password of 5,000 characters', { username: 'grace', password: 'x'.repeat(5_000) }],
    ])('for %s', async (_, fields) => {
      const agent = app.agent();
      const answer = await submit(agent, '/users/login', fields);
      expect(answer.status).toBe(401);
      expect(flashes(answer)).toEqual([REFUSED]);
      expect(fieldValue(answer, 'password')).toBe('');
      expect(setCookie(answer, 'sid')).toBeUndefined();
      await agent.get('/users/welcome').expect(303);
    });

    it('the same page, to the letter, for a wrong password and for an unknown user', async () => {
      await app.signUp('known');
      const pages = await Promise.all(
        ['known', 'unknown'].map((username) =>
          submit(app.agent(), '/users/login', { username, password: 'not the password' }),
        ),
      );
      const [known, unknown] = pages.map(({ text }) =>
        withoutFormKeys(text).replace(/value="(un)?known"/, ''),
      );
      expect(known).toBe(unknown);
    });

    // 403, not the form: whoever sends what no page of ours can send is not asked to try again.
    it('but none for a form of another site, which is refused before it is read', async () => {
      const forged = submit(app.agent(), '/users/login', { username: 'ada', password: PASSWORD });
      const answer = await forged.set('Sec-Fetch-Site', 'cross-site').expect(403);
      expect(setCookie(answer, 'sid')).toBeUndefined();
    });

    // A log-in by a browser that says nothing of its origin: the session's token decides, as the chapter's does.
    it('and none for a browser with a session that sends neither its origin nor the token', async () => {
      const agent = app.agent();
      await submit(agent, '/lab/counter');
      const fields = { username: 'ada', password: PASSWORD };
      await submit(agent, '/users/login', fields).unset('Origin').expect(403);

      const _csrf = fieldValue(await agent.get('/users/login'), '_csrf');
      await submit(agent, '/users/login', { ...fields, _csrf: 'made up' })
        .unset('Origin')
        .expect(403);
      await submit(agent, '/users/login', { ...fields, _csrf })
        .unset('Origin')
        .expect(303);
    });
  });

  it('20. a password is stored as bcrypt alone, and travels in no cookie', async () => {
    const agent = app.agent();
    const fields = { username: 'linus', password: PASSWORD };
    const answers = [
      await submit(agent, '/users/signup', fields),
      await submit(agent, '/users/login', fields),
      await agent.get('/users/welcome'),
    ];
    const user = await app.dataSource.getRepository(User).findOneByOrFail({ username: 'linus' });
    expect(user.passwordHash).toMatch(/\$2b\$04\$[./A-Za-z0-9]{53}$/);
    expect(JSON.stringify(user)).not.toContain(PASSWORD);
    const headers = decodeURIComponent(JSON.stringify(answers.map((answer) => answer.headers)));
    expect(headers).not.toContain(PASSWORD);
    expect(headers).not.toContain(Buffer.from(PASSWORD).toString('base64url').slice(0, 30));
  });

  it('21. the welcome page sends a guest to log in, and whoever changed the cookie too', async () => {
    const login = await submit(app.agent(), '/users/login', { username: 'ada', password: PASSWORD });
    const cookie = cookiePair(login, 'sid');
    await app.agent().get('/users/welcome').set('Cookie', cookie).expect(200);

    const tampered = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const agent of [app.agent(), app.agent().set('Cookie', tampered)]) {
      const answer = await agent.get('/users/welcome').expect(303);
      expect(answer.headers.location).toBe('/users/login?next=%2Fusers%2Fwelcome');
      const shown = await app.agent().get('/users/login').set('Cookie', cookiePair(answer, 'flash'));
      expect(flashes(shown)).toEqual(['Please log in first']);
    }
  });

  // A name cannot hold < or & here, so none needs escaping; the rule that keeps them out is what is tested.
  it('22. the welcome page greets the user by name, which holds no mark-up', async () => {
    const page = await (await app.loggedIn('ada')).get('/users/welcome').expect(200);
    expect(page.text).toContain('<h1>Welcome, ada</h1>');
    expect(page.text).toContain('You are logged in');

    const username = '<b>ada</b>';
    const refused = await submit(app.agent(), '/users/signup', { username, password: PASSWORD });
    expect(refused.status).toBe(422);
    expect(refused.text).not.toContain('<b>');
    expect(fieldValue(refused, 'username')).toBe(username);
  });

  // POST is the way that pages of ours take; GET stays, as in the chapter, for who types the address.
  it.each(['get', 'post'] as const)('23. %s /users/logout signs out, a guest too', async (method) => {
    const agent = await app.loggedIn('ada');
    await agent.get('/start_counter');
    for (let time = 1; time <= 2; time += 1) {
      const answer = await agent[method]('/users/logout').expect(303);
      expect(answer.headers.location).toBe('/users/login');
      expect(flashes(await agent.get('/users/login'))).toEqual(['You have been signed out.']);
    }
    await agent.get('/count').expect('1'); // only the log-in has ended
  });

  it('24. after log-out the welcome page is closed again', async () => {
    const agent = await app.loggedIn('ada');
    await agent.get('/users/welcome').expect(200);
    await submit(agent, '/users/logout');
    await agent.get('/users/welcome').expect(303);
  });
});
