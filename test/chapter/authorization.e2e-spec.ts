import { GUARDS_METADATA } from '@nestjs/common/constants';
import { CorrectUserGuard } from '../../src/access/correct-user.guard';
import { MessagesPagesController } from '../../src/app/messages/messages-pages.controller';
import { SessionEntity } from '../../src/sessions/engines/session.entity';
import { UsersPagesController } from '../../src/users/users-pages.controller';
import { TestApp } from '../support/app';
import { flashes, submit } from '../support/page';
import { CarelessModule } from './careless-routes';

/** IDs of no user: beyond any table, beyond an integer column, beyond 64 bits. */
const UNKNOWN_IDS = ['999999', '99999999999', '99999999999999999999999'];

/** Routes that the contract opens to guests. All others need a log-in. */
const PUBLIC = [
  'GET /',
  'GET /messages',
  /^GET \/(start_counter|count|get_count|clear_count)$/,
  /^(GET|POST) \/lab\b/,
  /^(GET|POST) \/users\/(signup|login|logout|password-reset|confirm-email)\b/,
  /^POST \/api\/v1\/auth\/(signup|login|logout|password-(reset|strength)|email-confirmation)\b/,
  /^GET \/(\.well-known\/|security\.txt$)/,
  'GET /api/v1/messages',
  /^GET \/api\/(docs|openapi\.json)/,
  /^GET \/health\//,
  'GET /careless/flash',
];

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

describe('Authorization', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [], (settings) => CarelessModule.forRoot(settings));
  });
  afterAll(() => app.close());

  let users = 0;
  const newUser = () => app.user(`user-${(users += 1)}`);

  const router = () => (app.app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } }).router;

  it('every route except the public ones asks a guest to log in', async () => {
    const routes = router().stack.flatMap(({ route }) =>
      route ? Object.keys(route.methods).map((method) => ({ method, path: route.path })) : [],
    );
    const isPublic = (name: string) =>
      PUBLIC.some((rule) => name === rule || (rule instanceof RegExp && rule.test(name)));
    const closed = routes.filter(({ method, path }) => !isPublic(`${method.toUpperCase()} ${path}`));
    expect(closed.length).toBeGreaterThan(25);

    for (const { method, path } of closed) {
      const address = path.replace(/:\w+/g, '1');
      const answer = await app.agent()[method as 'get'](address).set('Accept', 'application/json');
      expect([method, path, answer.status]).toEqual([method, path, 401]);
    }
  });

  it('a route without an access decorator is closed', async () => {
    await app.agent().get('/careless/unannotated').expect(303);
    const { agent } = await newUser();
    await agent.get('/careless/unannotated').expect(200, 'open');
  });

  // As in the chapter's exercise, any user may view another user; the chapter itself refuses that too.
  describe("29. another user's", () => {
    const attempts: [string, 'get' | 'post' | 'patch' | 'put' | 'delete', string][] = [
      ['edit page', 'get', '/users/ID/edit'],
      ['account by PATCH', 'patch', '/users/ID'],
      ['account by PUT', 'put', '/users/ID'],
      ['account by DELETE', 'delete', '/users/ID'],
      ['account by a form', 'post', '/users/ID?_method=PATCH'],
      ['account by a form that deletes', 'post', '/users/ID?_method=DELETE'],
      ['form for a message', 'get', '/users/ID/messages/new'],
      ['messages by POST', 'post', '/users/ID/messages'],
      ['message to edit', 'get', '/users/ID/messages/1/edit'],
      ['message by PATCH', 'patch', '/users/ID/messages/1'],
      ['message by DELETE', 'delete', '/users/ID/messages/1'],
    ];

    it.each(attempts)('%s is refused, whether or not that user exists', async (_, method, path) => {
      const [other, me] = [await newUser(), await newUser()];
      for (const id of [other.id, ...UNKNOWN_IDS]) {
        // The name is invalid on purpose: authorization comes before validation.
        const request = me.agent[method](path.replace('ID', String(id))).type('form');
        const answer = await (method === 'get' ? request : request.send({ username: '', content: '' }));
        expect([answer.status, answer.headers.location]).toEqual([303, '/users/welcome']);
        expect(flashes(await me.agent.get('/users/welcome'))).toEqual(['Not Authorized']);
      }
      await other.agent.get('/users/welcome').expect(200);
    });

    it('account in the API is a 403 problem, whether or not it exists', async () => {
      const [other, me] = [await newUser(), await newUser()];
      const answers = await Promise.all(
        [other.id, ...UNKNOWN_IDS].map((id) =>
          me.agent.patch(`/api/v1/users/${id}`).send({ username: 'taken' }),
        ),
      );
      for (const { status, headers, body } of answers) {
        expect([status, headers['set-cookie']]).toEqual([403, undefined]);
        expect(headers['content-type']).toMatch('application/problem+json');
        expect(body).toMatchObject({ status: 403, title: 'Forbidden', detail: 'Not Authorized' });
      }
    });
  });

  it('30. users can view, edit and delete their own account', async () => {
    const { id, agent } = await newUser();
    await agent.get(`/users/${id}`).expect(200);
    await agent.get(`/users/${id}/edit`).expect(200);
    const updated = await submit(agent, `/users/${id}?_method=PATCH`, { username: 'liskov' }).expect(303);
    expect(updated.headers.location).toBe(`/users/${id}`);
    expect(flashes(await agent.get(`/users/${id}`))).toEqual(['User Updated!']);
    const deleted = await submit(agent, `/users/${id}?_method=DELETE`).expect(303);
    expect(deleted.headers.location).toBe('/');
    expect(flashes(await agent.get('/'))).toEqual(['User Deleted!']);
  });

  it('30. a guest who opens a user page is asked to log in', async () => {
    const agent = app.agent();
    await agent.get('/users/1').expect(303);
    expect(flashes(await agent.get('/users/login'))).toEqual(['Please log in first']);
  });

  // The chapter reads 01 as 1; here each resource has exactly one address.
  it.each(['01', '1.0', '-1', '+1', 'abc', '0x1', '1e0', '%31', '１', 'NaN', '1%00'])(
    '31. /users/%s is not found',
    async (spelling) => {
      const { agent } = await newUser();
      for (const path of [`/users/${encodeURI(spelling)}`, `/users/${encodeURI(spelling)}/edit`]) {
        const answer = await agent.get(path);
        expect([path, answer.status]).toEqual([path, 404]);
      }
    },
  );

  // In the chapter such a session still opens the welcome page. Here an invalid user ID means a guest.
  it.each(['1', 'abc', [1], { id: 1 }, null, true])(
    '31. a session whose user ID is %j is treated as a guest',
    async (userId) => {
      const { id, agent } = await newUser();
      const rows = app.dataSource.getRepository(SessionEntity);
      const row = await rows.findOneByOrFail({ userId: id });
      const values = JSON.parse(row.data) as object;
      await rows.update({ idHash: row.idHash }, { data: JSON.stringify({ ...values, userId }) });
      for (const path of ['/users/welcome', `/users/${id}/edit`, '/users/1/edit']) {
        const answer = await agent.get(path).expect(303);
        expect(answer.headers.location).toMatch(/^\/users\/login\?/);
      }
    },
  );

  // Python needs `wraps` for this. A decorator in Nest only adds metadata and does not wrap the method.
  it('32. a guarded handler keeps its name and its parameters', () => {
    const guarded: [string, number, (...parameters: never[]) => unknown][] = [
      ['edit', 1, UsersPagesController.prototype.edit],
      ['remove', 3, UsersPagesController.prototype.remove],
      ['create', 3, MessagesPagesController.prototype.create],
    ];
    for (const [name, parameters, handler] of guarded) {
      expect([handler.name, handler.length]).toEqual([name, parameters]);
      expect(Reflect.getMetadata(GUARDS_METADATA, handler)).toEqual([CorrectUserGuard]);
    }
  });
});
