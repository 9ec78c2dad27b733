import type TestAgent from 'supertest/lib/agent';
import { BASE_URL, PASSWORD, TestApp } from '../support/app';
import { submit } from '../support/page';
import { Client, raw, requestText } from './exchange';
import { expectNothingStored, expectRefusal, rows } from './refusals';

describe('A method', () => {
  let app: TestApp;
  let id: number;
  let agent: TestAgent;
  let client: Client;

  beforeAll(async () => {
    app = await TestApp.start();
    ({ id, agent } = await app.user('ada'));
    client = new Client(app.port);
  });
  afterAll(async () => {
    client.close();
    await app.close();
  });

  const username = async () => (await rows<{ username: string }>(app, 'users'))[0].username;

  describe('in a field', () => {
    it.each(['DELETE', 'PATCH', 'PUT'])('%s has no effect on GET or HEAD', async (method) => {
      await expectNothingStored(app, async () => {
        await agent.get(`/users/${id}?_method=${method}`).expect(200);
        await agent.head(`/users/${id}?_method=${method}`).expect(200);
        await agent.get(`/users/${id}`).type('form').send({ _method: method }).expect(200);
      });
    });

    it.each(['DELETE', 'PATCH', 'PUT'])('%s has no effect in the API', async (method) => {
      await expectNothingStored(app, async () => {
        const path = `/api/v1/users/${id}`;
        expectRefusal(await agent.post(`${path}?_method=${method}`).send({ username: 'eve' }), 405, {
          api: true,
        });
        expectRefusal(await agent.post(path).send({ _method: method, username: 'eve' }), 405, { api: true });
        expectRefusal(await agent.post(`/API/v1/users/${id}?_method=${method}`).send({}), 405, { api: true });
        const named = await agent.patch(path).send({ _method: method, username: 'eve' });
        expectRefusal(named, 400, { api: true });
        await agent.get(`${path}?_method=${method}`).expect(200);
      });
    });

    it.each(['GET', 'HEAD', 'TRACE', 'CONNECT', 'FOO', '', '__proto__', 'DELETE ', 'PATCH,DELETE'])(
      'is ignored if no form may use it: %j',
      async (method) => {
        await expectNothingStored(app, async () => {
          const answer = await submit(agent, `/users/${id}`, { _method: method, username: 'eve' });
          expectRefusal(answer, 405, { api: false });
        });
      },
    );

    it('is ignored in a list and in two contradictory fields', async () => {
      await expectNothingStored(app, async () => {
        const list = await agent.post(`/users/${id}`).type('form').send('_method=DELETE&_method=PATCH');
        expectRefusal(list, 405, { api: false });
        const query = await submit(agent, `/users/${id}?_method=DELETE&_method=DELETE`, {});
        expectRefusal(query, 405, { api: false });
      });
      // The form's own field says what its button says; the address does not change.
      await submit(agent, `/users/${id}?_method=DELETE`, { _method: 'PATCH', username: 'ada.l' }).expect(303);
      expect(await username()).toBe('ada.l');
    });

    it('does not turn a log-in into another action', async () => {
      const answer = await submit(app.agent(), '/users/login?_method=DELETE', {
        username: 'ada.l',
        password: PASSWORD,
      });
      expect(answer.headers.location).toBe('/users/login');
      await agent.get('/users/welcome').expect(200);
    });
  });

  it.each(['X-HTTP-Method-Override', 'X-Method-Override', 'X-HTTP-Method'])(
    'in the header %s has no effect',
    async (header) => {
      await expectNothingStored(app, async () => {
        const page = await agent
          .post(`/users/${id}`)
          .set(header, 'DELETE')
          .type('form')
          .send({ username: 'eve' });
        expectRefusal(page, 405, { api: false });
        expectRefusal(await agent.post(`/api/v1/users/${id}`).set(header, 'DELETE').send({}), 405, {
          api: true,
        });
        await agent.get(`/users/${id}`).set(header, 'DELETE').expect(200);
      });
    },
  );

  describe('that a route does not support', () => {
    it.each([
      ['PUT', '/messages', 'GET'],
      ['POST', '/users', 'GET'],
      ['PATCH', '/', 'GET'],
      ['TRACE', '/users', 'GET'],
      ['PROPFIND', '/users/login', 'DELETE, GET, PATCH, POST, PUT'],
      ['PURGE', '/users/1/messages/2', 'DELETE, GET, PATCH, PUT'],
      ['PUT', '/api/v1/auth/login', 'POST'],
      ['GET', '/api/v1/auth/login', 'POST'],
      ['TRACE', '/api/v1/users/1', 'DELETE, GET, PATCH'],
      ['POST', '/api/v1/messages', 'GET'],
    ])('%s %s is answered 405 with what it does answer to', async (method, path, allow) => {
      await expectNothingStored(app, async () => {
        const answer = await client.ask({ method, path });
        expectRefusal(answer, 405, { api: path.startsWith('/api') });
        expect(answer.headers.allow).toBe(allow);
      });
    });

    it('does not echo a TRACE request', async () => {
      const answer = await client.ask({
        method: 'TRACE',
        path: '/users',
        headers: { Cookie: 'sid=secret', 'X-Mine': 'echo', Origin: BASE_URL },
      });
      expect(answer.status).toBe(405);
      expect(answer.text).not.toMatch(/secret|echo/);
    });

    it.each(['FOO', 'get', 'G-T', 'GETGETGET'])('and that is unknown is refused: %s', async (method) => {
      const answer = await raw(app.port, requestText(`${method} / HTTP/1.1`));
      expect(answer.status).toBe(400);
      expect(answer.text).toBe('The request could not be understood.');
    });
  });

  it('OPTIONS changes nothing and grants nothing to other origins', async () => {
    await expectNothingStored(app, async () => {
      for (const path of [
        '/users/login',
        `/users/${id}`,
        '/api/v1/auth/login',
        `/api/v1/users/${id}`,
        '/nowhere',
      ]) {
        const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'DELETE' };
        const answer = await client.ask({ method: 'OPTIONS', path, headers });
        expect(answer.status).toBeLessThan(500);
        const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'));
        expect(names).toEqual([]);
      }
    });
  });

  it('HEAD responds like GET, without the body', async () => {
    for (const path of [
      '/',
      '/users/login',
      '/messages',
      `/users/${id}`,
      '/users/welcome',
      '/api/v1/users',
      '/nowhere',
    ]) {
      const [head, get] = [await agent.head(path), await agent.get(path)];
      expect({ path, status: head.status, type: head.headers['content-type'] }).toEqual({
        path,
        status: get.status,
        type: get.headers['content-type'],
      });
      expect(head.text ?? '').toBe('');
    }
  });
});
