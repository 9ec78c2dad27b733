import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { fieldError } from '../support/page';
import { expectNothingStored, expectRefusal, rows } from './refusals';

const NOT_TEXTS: [string, unknown][] = [
  ['a list', ['bob']],
  ['an object', { $ne: null }],
  ['a list in a list', [[]]],
  ['a number', 7],
  ['a number beyond all numbers', Number.MAX_VALUE],
  ['true', true],
  ['null', null],
  ['an object that pretends to be a text', { length: 3, toLowerCase: 'bob' }],
];
const FOREIGN = [
  'role',
  'id',
  'isAdmin',
  'passwordHash',
  'password_hash',
  'usernameCanonical',
  'createdAt',
  'userId',
];
const NAMES_OF_EVERY_OBJECT = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
];

describe('A field of another type:', () => {
  let app: TestApp;
  let id: number;
  let agent: TestAgent;
  let messageId: number;

  beforeAll(async () => {
    app = await TestApp.start();
    ({ id, agent } = await app.user('ada'));
    const message = await agent.post(`/api/v1/users/${id}/messages`).send({ content: 'first' }).expect(201);
    messageId = message.body.id;
  });
  afterAll(() => app.close());

  const asForm = (path: string, body: string) => agent.post(path).type('form').send(body);
  const asGuest = (path: string, body: string) => app.agent().post(path).type('form').send(body);

  describe.each(NOT_TEXTS)('%s instead of a text', (_, value) => {
    it("is refused with the field's name, and nothing is stored", async () => {
      await expectNothingStored(app, async () => {
        const account = { username: 'bob', password: PASSWORD };
        const attempts: [string, ReturnType<TestAgent['post']>, string][] = [
          ['username', app.agent().post('/api/v1/auth/signup'), 'signup'],
          ['password', app.agent().post('/api/v1/auth/signup'), 'signup'],
          ['username', app.agent().post('/api/v1/auth/login'), 'login'],
          ['password', app.agent().post('/api/v1/auth/login'), 'login'],
          ['username', agent.patch(`/api/v1/users/${id}`), 'update'],
          ['content', agent.post(`/api/v1/users/${id}/messages`), 'message'],
          ['content', agent.patch(`/api/v1/users/${id}/messages/${messageId}`), 'message'],
        ];
        for (const [field, attempt, kind] of attempts) {
          const rest = kind === 'signup' || kind === 'login' ? account : {};
          const answer = await attempt.send({ ...rest, [field]: value });
          // The object with a name of every object is refused before its field is validated.
          expect([400, 422]).toContain(answer.status);
          expectRefusal(answer, answer.status, { api: true });
          if (answer.status === 422) expect(Object.keys(answer.body.errors)).toEqual([field]);
        }
      });
    });
  });

  it.each([
    ['a list', ['a@example.com']],
    ['an object', { a: 1 }],
    ['a number', 1],
    ['true', true],
  ])('%s is no e-mail address', async (_, email) => {
    await expectNothingStored(app, async () => {
      const fields = { username: 'bob', password: PASSWORD, email };
      expectRefusal(await app.agent().post('/api/v1/auth/signup').send(fields), 422, { api: true });
      expectRefusal(await agent.patch(`/api/v1/users/${id}`).send({ email }), 422, { api: true });
    });
  });

  it.each(['[]', '[{"username":"bob"}]', '"bob"', '7', 'null', 'true', 'NaN', ''])(
    'a body of %j instead of an object is refused',
    async (body) => {
      const answer = await app.agent().post('/api/v1/auth/signup').type('json').send(body);
      expectRefusal(answer, body === '' ? 422 : 400, { api: true });
    },
  );

  describe('an unknown field', () => {
    it.each(FOREIGN)(
      '%s is refused with its name on the page and in the API, and no row changes',
      async (field) => {
        await expectNothingStored(app, async () => {
          const account = { username: 'bob', password: PASSWORD };
          const signup = await app
            .agent()
            .post('/api/v1/auth/signup')
            .send({ ...account, [field]: 1 });
          expectRefusal(signup, 400, { api: true });
          expect(signup.body.errors).toEqual({ [field]: ['This field is not known.'] });

          const update = await agent.patch(`/api/v1/users/${id}`).send({ username: 'eve', [field]: 2 });
          expectRefusal(update, 400, { api: true });
          const message = await agent.post(`/api/v1/users/${id}/messages`).send({ content: 'x', [field]: 2 });
          expectRefusal(message, 400, { api: true });

          expectRefusal(await asGuest('/users/signup', `username=bob&password=${PASSWORD}&${field}=1`), 400, {
            api: false,
          });
          expectRefusal(await asForm(`/users/${id}?_method=PATCH`, `username=eve&${field}=2`), 400, {
            api: false,
          });
          expectRefusal(await asForm(`/users/${id}/messages`, `content=x&${field}=2`), 400, { api: false });
        });
      },
    );

    it.each(['username[]', 'username[0]', 'username[$ne]', 'username.first', 'username[__proto__]'])(
      '%s is an unknown field, not a part of username',
      async (field) => {
        await expectNothingStored(app, async () => {
          const body = `${field}=bob&password=${PASSWORD}`;
          expectRefusal(await asGuest('/users/signup', body), 400, { api: false });
          expectRefusal(await asGuest('/users/login', body), 400, { api: false });
        });
      },
    );
  });

  describe.each(NAMES_OF_EVERY_OBJECT)('a field named %s', (name) => {
    afterEach(() => {
      // Whatever was sent, objects must not change.
      expect(Object.keys(Object.prototype)).toEqual([]);
      const fresh: Record<string, unknown> = {};
      expect(fresh.polluted).toBeUndefined();
      expect(typeof fresh.hasOwnProperty).toBe('function');
    });

    it('is refused in JSON at any depth, also with escapes', async () => {
      await expectNothingStored(app, async () => {
        const escaped = `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
        for (const body of [
          `{"${name}":{"polluted":true},"username":"bob","password":"${PASSWORD}"}`,
          `{"${escaped}":{"polluted":true},"username":"bob","password":"${PASSWORD}"}`,
          `{"username":{"${name}":{"polluted":true}},"password":"${PASSWORD}"}`,
          `{"username":"bob","password":"${PASSWORD}","email":[{"${name}":1}]}`,
        ]) {
          const answer = await app.agent().post('/api/v1/auth/signup').type('json').send(body);
          expectRefusal(answer, 400, { api: true });
        }
      });
    });

    it('pollutes no prototype by a form or a query', async () => {
      await expectNothingStored(app, async () => {
        const form = `${name}=x&${name}[polluted]=true&username=ada`;
        expectRefusal(await asGuest('/users/signup', `${form}&password=${PASSWORD}`), 400, { api: false });
        expectRefusal(await asGuest('/users/login', `${form}&password=x`), 400, { api: false });
      });
      const query = `${name}=x&${name}[polluted]=true&${name}.polluted=true`;
      await agent.get(`/users?${query}`).expect(200);
      await agent.get(`/api/v1/users?${query}`).expect(200);
      await app.agent().get(`/users/login?${query}&next=/users`).expect(200);
    });
  });

  describe('a duplicate field', () => {
    it('is refused in a form, with the error at the field', async () => {
      await expectNothingStored(app, async () => {
        const signup = await asGuest('/users/signup', `username=bob&username=eve&password=${PASSWORD}`);
        expectRefusal(signup, 422, { api: false });
        expect(fieldError(signup, 'username')).toBe('This field must be one text.');
        const message = await asForm(`/users/${id}/messages`, 'content=a&content=b');
        expectRefusal(message, 422, { api: false });
        expectRefusal(await asForm(`/users/${id}?_method=PATCH`, 'username=a1&username=a2'), 422, {
          api: false,
        });
        const login = await asGuest('/users/login', `username=ada&username=ada&password=${PASSWORD}`);
        expectRefusal(login, 401, { api: false });
      });
    });

    it.each([
      `{"username":"ada","password":"x","password":"${PASSWORD}"}`,
      `{"username":"eve","password":"${PASSWORD}","username":"ada"}`,
      `{"username":"eve","password":"${PASSWORD}","\\u0075sername":"ada"}`,
      `{"username":"ada","username":"ada","password":"${PASSWORD}"}`,
    ])('is refused in JSON, whichever of the two is right: %s', async (body) => {
      await expectNothingStored(app, async () => {
        const answer = await app.agent().post('/api/v1/auth/login').type('json').send(body);
        expectRefusal(answer, 400, { api: true });
        expect(answer.body.detail).toBe('The body holds a field twice.');
        expect(answer.headers['set-cookie']).toBeUndefined();
      });
    });

    it('may be in both query and body: only the body counts', async () => {
      const answer = await app
        .agent()
        .post('/users/login?username=eve&password=wrong')
        .type('form')
        .send({ username: 'ada', password: PASSWORD });
      expect(answer.status).toBe(303);
      const [user] = await rows<{ username: string }>(app, 'users');
      expect(user.username).toBe('ada');
    });
  });
});
