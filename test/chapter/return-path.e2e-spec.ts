import { PASSWORD, TestApp } from '../support/app';
import { fieldValue, flashes, setCookie, submit } from '../support/page';

describe('A log-in redirects', () => {
  let app: TestApp;
  let id: number;

  beforeAll(async () => {
    app = await TestApp.start();
    id = await app.signUp('ada');
  });
  afterAll(() => app.close());

  /** Logs in by the form at this address. @returns where it redirects */
  async function logInAt(address: string): Promise<string> {
    const agent = app.agent();
    const next = fieldValue(await agent.get(address).expect(200), 'next');
    const answer = await submit(agent, '/users/login', { username: 'ada', password: PASSWORD, next });
    expect(answer.status).toBe(303);
    return answer.headers.location;
  }

  it.each(['/users', '/users/1/edit', '/users?limit=5&cursor=MQ', '/users/1/messages/?a=%26&b=%2F%2F'])(
    'back to the closed page that was requested: %s',
    async (path) => {
      const refused = await app.agent().get(path).expect(303);
      expect(refused.headers.location).toBe(`/users/login?next=${encodeURIComponent(path)}`);
      expect(await logInAt(refused.headers.location)).toBe(path);
    },
  );

  it('to the welcome page if no page was requested', async () => {
    expect(await logInAt('/users/login')).toBe('/users/welcome');
  });

  it('to the requested page after a failed attempt too', async () => {
    const fields = { username: 'ada', password: 'wrong', next: '/users?limit=5' };
    const again = await submit(app.agent(), '/users/login', fields).expect(401);
    expect(fieldValue(again, 'next')).toBe('/users?limit=5');
  });

  it.each(['post', 'patch', 'put', 'delete'] as const)(
    'not to the address of a refused %s, which a link cannot repeat',
    async (method) => {
      const path = method === 'post' ? `/users/${id}/messages` : `/users/${id}`;
      const agent = app.agent();
      const answer = await agent[method](path).type('form').send({ content: 'lost' }).expect(303);
      expect(answer.headers.location).toBe('/users/login');
      expect(flashes(await agent.get('/users/login'))).toEqual(['Please log in first']);
    },
  );

  it('not to the address of a refused form with _method', async () => {
    const answer = await submit(app.agent(), `/users/${id}?_method=DELETE`).expect(303);
    expect(answer.headers.location).toBe('/users/login');
  });

  it('to the last of two closed pages, once', async () => {
    const agent = app.agent();
    await agent.get('/users');
    const last = await agent.get(`/users/${id}`);
    expect(await logInAt(last.headers.location)).toBe(`/users/${id}`);
    expect(await logInAt('/users/login')).toBe('/users/welcome');
  });

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/..//evil.example',
    '/.//evil.example',
    'http:///evil.example',
    'http://localhost:3000/users',
    'https://localhost:3000/users',
    'https:evil.example',
    'javascript:alert(1)',
    'data:text/html,hello',
    'users',
    '@evil.example',
    '/users\u2028',
    '/users\0',
    '/users/logout',
    '/users/login?next=/users',
    `/users?${'x'.repeat(10_000)}`,
    '',
  ])('never to %j', async (next) => {
    const address = `/users/login?next=${encodeURIComponent(next)}`;
    expect(fieldValue(await app.agent().get(address).expect(200), 'next')).toBeUndefined();
    const fields = { username: 'ada', password: PASSWORD, next };
    const answer = await submit(app.agent(), '/users/login', fields).expect(303);
    expect(answer.headers.location).toBe('/users/welcome');
  });

  it('to the welcome page if two return paths are given', async () => {
    const fields = { username: 'ada', password: PASSWORD, next: ['/users', '/messages'] };
    const answer = await submit(app.agent(), '/users/login', fields).expect(303);
    expect(answer.headers.location).toBe('/users/welcome');
    const form = await app.agent().get('/users/login?next=/users&next=/messages').expect(200);
    expect(fieldValue(form, 'next')).toBeUndefined();
  });

  it('to the welcome page if the requested address is too long', async () => {
    const refused = await app
      .agent()
      .get(`/users?${'x'.repeat(2_000)}`)
      .expect(303);
    expect(refused.headers.location).toBe('/users/login');
  });

  it.each([
    ['JSON', '/users', { Accept: 'application/json' }],
    ['the API', '/api/v1/users', { Accept: 'text/html' }],
  ])('nowhere for a request for %s: it gets 401 and no return path is stored', async (_, path, headers) => {
    const answer = await app.agent().get(path).set(headers).expect(401);
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    expect(answer.body).toMatchObject({ status: 401, title: 'Unauthorized', detail: 'Please log in first' });
    expect(answer.headers.location).toBeUndefined();
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each(['/users/login', '/users/signup', '/users/login?next=/users'])(
    'to the welcome page if a logged-in user opens %s',
    async (path) => {
      const agent = await app.loggedIn('ada');
      const answer = await agent.get(path).expect(303);
      expect(answer.headers.location).toBe('/users/welcome');
      expect(flashes(await agent.get('/users/welcome'))).toEqual(['You are already logged in.']);
    },
  );

  it('to the welcome page if a logged-in user posts the sign-up form, which creates no account', async () => {
    const agent = await app.loggedIn('ada');
    const answer = await submit(agent, '/users/signup', { username: 'second', password: PASSWORD });
    expect([answer.status, answer.headers.location]).toEqual([303, '/users/welcome']);
    const login = await submit(app.agent(), '/users/login', { username: 'second', password: PASSWORD });
    expect(login.status).toBe(401);
    expect(setCookie(login, 'sid')).toBeUndefined();
  });
});
