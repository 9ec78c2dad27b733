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

describe('Sign-up, log-in and log-out', () => {
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

  // 303 instead of 302: only 303 makes the next request a GET for certain. The chapter's app shows no flash here.
  it('15. a sign-up redirects to the log-in page with a flash and does not log in', async () => {
    const agent = app.agent();
    const answer = await submit(agent, '/users/signup', { username: 'grace', password: PASSWORD });
    expect([answer.status, answer.headers.location]).toEqual([303, '/users/login']);
    expect(setCookie(answer, 'sid')).toBeUndefined();
    expect(flashes(await agent.get('/users/login'))).toEqual(['User Created!']);
    await agent.get('/users/welcome').expect(303);
  });

  // 409 instead of 200: the status matches the page.
  it('16. a taken name shows the form again, with the name and a blank password', async () => {
    const agent = app.agent();
    const answer = await submit(agent, '/users/signup', { username: 'ada', password: PASSWORD });
    expect(answer.status).toBe(409);
    expect(flashes(answer)).toEqual(['Invalid submission. Please try again.']);
    expect(fieldValue(answer, 'username')).toBe('ada');
    expect(fieldValue(answer, 'password')).toBe('');
    expect(answer.text).not.toContain(PASSWORD);
    expect(flashes(await agent.get('/users/signup'))).toEqual([]);
  });

  // 422 instead of 200.
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

  it("18. a log-in redirects to the welcome page; the session holds the user's ID, the cookie holds no data", async () => {
    const agent = app.agent();
    const answer = await submit(agent, '/users/login', { username: 'ada', password: PASSWORD });
    expect([answer.status, answer.headers.location]).toEqual([303, '/users/welcome']);

    // The session is on the server; the cookie is only a random ID.
    const { id } = await app.dataSource.getRepository(User).findOneByOrFail({ username: 'ada' });
    const row = await app.dataSource.getRepository(SessionEntity).findOneByOrFail({ userId: id });
    const { flashes: _, ...held } = JSON.parse(row.data) as Record<string, unknown>;
    expect(held).toEqual({ userId: id, securityVersion: 1, authenticatedAt: expect.any(Number) });
    expect(setCookie(answer, 'sid')).toMatch(/^sid=s%3A[\w-]{43}\.[\w%]+; Path=\/; HttpOnly; SameSite=Lax$/);

    expect(flashes(await agent.get('/users/welcome'))).toEqual(["You've successfully logged in!"]);
  });

  describe('19. a failed log-in shows the form again with the same text for', () => {
    // 401 instead of 200.
    it.each<[string, Record<string, unknown>]>([
      ['a wrong password', { username: 'grace', password: 'not the password' }],
      ['an unknown user', { username: 'unknown', password: PASSWORD }],
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

    it('a wrong password and an unknown user, byte for byte', async () => {
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

    // 403, not the form: no page of ours can send this request.
    it('but not for a form of another site, which is refused before its body is read', async () => {
      const forged = submit(app.agent(), '/users/login', { username: 'ada', password: PASSWORD });
      const answer = await forged.set('Sec-Fetch-Site', 'cross-site').expect(403);
      expect(setCookie(answer, 'sid')).toBeUndefined();
    });

    // For a browser that sends no origin, the session's token decides, as in the chapter.
    it('and not for a browser with a session that sends neither origin nor token', async () => {
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

  it('20. a password is stored only as bcrypt and is in no cookie', async () => {
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

  it('21. the welcome page redirects guests and clients with an altered cookie to log in', async () => {
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

  // Names cannot contain < or &, so this tests that rule and not the escaping.
  it('22. the welcome page greets the user by name, which contains no markup', async () => {
    const page = await (await app.loggedIn('ada')).get('/users/welcome').expect(200);
    expect(page.text).toContain('<h1>Welcome, ada</h1>');
    expect(page.text).toContain('You are logged in');

    const username = '<b>ada</b>';
    const refused = await submit(app.agent(), '/users/signup', { username, password: PASSWORD });
    expect(refused.status).toBe(422);
    expect(refused.text).not.toContain('<b>');
    expect(fieldValue(refused, 'username')).toBe(username);
  });

  // Our pages log out by POST; GET remains, as in the chapter, for users who type the address.
  it.each(['get', 'post'] as const)('23. %s /users/logout signs out, also for a guest', async (method) => {
    const agent = await app.loggedIn('ada');
    await agent.get('/start_counter');
    for (let time = 1; time <= 2; time += 1) {
      const answer = await agent[method]('/users/logout').expect(303);
      expect(answer.headers.location).toBe('/users/login');
      expect(flashes(await agent.get('/users/login'))).toEqual(['You have been signed out.']);
    }
    await agent.get('/count').expect('1'); // only the log-in ended
  });

  it('24. the welcome page is closed again after log-out', async () => {
    const agent = await app.loggedIn('ada');
    await agent.get('/users/welcome').expect(200);
    await submit(agent, '/users/logout');
    await agent.get('/users/welcome').expect(303);
  });
});
