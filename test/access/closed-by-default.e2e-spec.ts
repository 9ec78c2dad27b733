import type { Response } from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import { TestApp } from '../support/app';
import { submit } from '../support/page';
import { type Route, routes } from '../support/routes';

/** The public routes; every other one must check the user. */
const PUBLIC = [
  'GET /',
  'GET /users/signup',
  'POST /users/signup',
  'GET /users/login',
  'POST /users/login',
  'GET /users/password-reset',
  'POST /users/password-reset',
  'GET /users/password-reset/password',
  'POST /users/password-reset/password',
  'GET /users/password-reset/:token',
  'GET /users/confirm-email',
  'POST /users/confirm-email',
  'GET /users/confirm-email/:token',
  'GET /users/logout',
  'POST /users/logout',
  'GET /messages',
  'GET /start_counter',
  'GET /count',
  'GET /get_count',
  'GET /clear_count',
  'GET /lab',
  'POST /lab/counter',
  'POST /lab/counter/clear',
  'GET /lab/cookies',
  'GET /lab/cookies/set',
  'GET /api/docs',
  'GET /api/docs/:file',
  'GET /api/openapi.json',
  'POST /api/v1/auth/signup',
  'POST /api/v1/auth/password-strength',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/logout',
  'POST /api/v1/auth/password-reset',
  'POST /api/v1/auth/password-reset/confirm',
  'POST /api/v1/auth/email-confirmation',
  'GET /api/v1/messages',
  'GET /.well-known/security.txt',
  'GET /security.txt',
  'GET /.well-known/change-password',
  'GET /health/live',
  'GET /health/ready',
];

/** Only for the user whose ID is in the path. */
const OWNERS = [
  'GET /users/:id/edit',
  'PATCH /users/:id',
  'PUT /users/:id',
  'DELETE /users/:id',
  'GET /users/:userId/messages/new',
  'POST /users/:userId/messages',
  'GET /users/:userId/messages/:messageId/edit',
  'PATCH /users/:userId/messages/:messageId',
  'PUT /users/:userId/messages/:messageId',
  'DELETE /users/:userId/messages/:messageId',
  'PATCH /api/v1/users/:id',
  'DELETE /api/v1/users/:id',
  'POST /api/v1/users/:userId/messages',
  'PATCH /api/v1/users/:userId/messages/:messageId',
  'DELETE /api/v1/users/:userId/messages/:messageId',
];

/** Redirects to the welcome page if there is no draft. */
const DRAFT = 'GET /account/kept-form';

const nameOf = ({ method, path }: Route) => `${method} ${path}`;

describe('Every route of the application', () => {
  let app: TestApp;
  let all: Route[];
  let closed: Route[];
  let made = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    all = routes(app);
    closed = all.filter((route) => !PUBLIC.includes(nameOf(route)));
  });
  afterAll(() => app.close());

  function ask(agent: TestAgent, { method, path }: Route, id: number): Promise<Response> {
    const address = path
      .replace(/:(id|userId)/, String(id))
      .replace(':messageId', '1')
      .replace(':file', 'x');
    return agent[method.toLowerCase() as 'get'](address).set('Accept', 'text/html').send();
  }
  const user = () => app.user(`user${(made += 1)}`);

  function expectLoginRequired(answer: Response, { method, path }: Route): void {
    const where = [method, path, answer.status];
    if (path.startsWith('/api/')) return expect(where).toEqual([method, path, 401]);
    expect(where).toEqual([method, path, 303]);
    expect(answer.headers.location).toMatch(method === 'GET' ? /^\/users\/login\?next=/ : /^\/users\/login$/);
  }

  it('is in the list of public ones, or closed', () => {
    const names = all.map(nameOf);
    expect(names).toEqual(expect.arrayContaining([...PUBLIC, ...OWNERS]));
    expect(closed.length).toBeGreaterThan(20);
  });

  it('serves a guest only if it is public', async () => {
    const { id } = await user();
    for (const route of all) {
      const answer = await ask(app.agent(), route, id);
      if (!PUBLIC.includes(nameOf(route))) expectLoginRequired(answer, route);
      else {
        expect(answer.headers.location ?? '').not.toMatch(/^\/users\/login\?/);
        // Wrong credentials at log-in also give 401, but without the advice to log in first.
        if (!route.path.endsWith('/login')) expect([nameOf(route), answer.status]).not.toContain(401);
      }
    }
  });

  it('treats an ended session like a guest', async () => {
    const { id, agent } = await user();
    const jar = (await agent.get('/users/welcome').expect(200)).request as unknown as { cookies: string };
    await submit(agent, '/users/logout').expect(303);
    for (const route of closed) {
      const answer = await ask(app.agent().set('Cookie', jar.cookies), route, id);
      expectLoginRequired(answer, route);
    }
    expect(jar.cookies).toMatch(/(^|; )sid=/);
  });

  it('is open to a logged-in user', async () => {
    for (const route of closed.filter((each) => nameOf(each) !== DRAFT)) {
      const { id, agent } = await user();
      const answer = await ask(agent, route, id);
      expect([nameOf(route), answer.status]).not.toContain(401);
      expect([nameOf(route), answer.status]).not.toContain(403);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers.location ?? '').not.toMatch(/^\/users\/(login|welcome)/);
    }
  });

  it('that belongs to an owner refuses every other user before any lookup', async () => {
    const { agent } = await user();
    const { id: existing } = await user();
    for (const route of closed.filter((each) => OWNERS.includes(nameOf(each)))) {
      for (const id of [existing, 999_999, 2 ** 40]) {
        const answer = await ask(agent, route, id);
        const refused = route.path.startsWith('/api/') ? [403, undefined] : [303, '/users/welcome'];
        expect([nameOf(route), answer.status, answer.headers.location]).toEqual([nameOf(route), ...refused]);
      }
    }
  });

  it('for guests redirects a logged-in user to the welcome page', async () => {
    const { agent } = await user();
    for (const path of ['/users/login', '/users/signup']) {
      await agent.get(path).expect(303).expect('Location', '/users/welcome');
    }
  });
});
