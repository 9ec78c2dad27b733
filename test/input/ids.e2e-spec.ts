import type TestAgent from 'supertest/lib/agent';
import { TestApp } from '../support/app';
import { expectNothingStored, LEAK } from './refusals';

const ODD = [
  'abc',
  '-1',
  '+1',
  '1.0',
  '1.',
  '.1',
  '0x1',
  '01',
  '1e0',
  '1n',
  'NaN',
  'Infinity',
  '%201',
  '1%20',
  '1%0a',
];
const ODDER = [
  '１',
  '%EF%BC%91',
  '1%00',
  '1;x',
  '1,2',
  '%2e%2e',
  '1%2f2',
  "1'--",
  '{id}',
  ':id',
  '[]',
  'null',
  'true',
];
const HUGE = ['2147483648', '9007199254740993', '99999999999999999999999', '1'.repeat(500)];

/** Every route with an ID, with `ID` as its placeholder; other IDs are the caller's own. */
const ROUTES: [string, string][] = [
  ['get', '/users/ID'],
  ['get', '/users/ID/edit'],
  ['patch', '/users/ID'],
  ['put', '/users/ID'],
  ['delete', '/users/ID'],
  ['get', '/users/ID/messages'],
  ['get', '/users/ID/messages/new'],
  ['post', '/users/ID/messages'],
  ['get', '/users/OWN/messages/ID'],
  ['get', '/users/ID/messages/MESSAGE'],
  ['get', '/users/OWN/messages/ID/edit'],
  ['patch', '/users/OWN/messages/ID'],
  ['put', '/users/OWN/messages/ID'],
  ['delete', '/users/OWN/messages/ID'],
  ['get', '/api/v1/users/ID'],
  ['patch', '/api/v1/users/ID'],
  ['delete', '/api/v1/users/ID'],
  ['get', '/api/v1/users/ID/messages'],
  ['post', '/api/v1/users/ID/messages'],
  ['get', '/api/v1/users/OWN/messages/ID'],
  ['patch', '/api/v1/users/OWN/messages/ID'],
  ['delete', '/api/v1/users/OWN/messages/ID'],
];

describe('An ID in an address', () => {
  let app: TestApp;
  let agent: TestAgent;
  let own: number;
  let message: number;

  beforeAll(async () => {
    app = await TestApp.start();
    ({ id: own, agent } = await app.user('ada'));
    const created = await agent.post(`/api/v1/users/${own}/messages`).send({ content: 'hello' }).expect(201);
    message = created.body.id;
  });
  afterAll(() => app.close());

  async function ask(method: string, route: string, id: string) {
    const path = route.replace('OWN', String(own)).replace('MESSAGE', String(message)).replace('ID', id);
    const asked = agent[method as 'get'](encodeURI(path).replace(/%25/g, '%'));
    if (method === 'get' || method === 'delete') return asked;
    const field = path.includes('messages') ? { content: 'changed' } : { username: 'changed' };
    return path.startsWith('/api') ? asked.send(field) : asked.type('form').send(field);
  }

  describe.each(ROUTES)('%s %s', (method, route) => {
    it('that is not one plain decimal number is not found', async () => {
      await expectNothingStored(app, async () => {
        for (const id of [...ODD, ...ODDER]) {
          const answer = await ask(method, route, id);
          expect({ id, status: answer.status }).toEqual({ id, status: 404 });
          expect(answer.text).not.toMatch(LEAK);
        }
      });
    });

    it('that is too large for the column behaves like an unknown one', async () => {
      await expectNothingStored(app, async () => {
        const unknown = await ask(method, route, '2147483647');
        expect([303, 403, 404]).toContain(unknown.status);
        for (const id of HUGE) {
          const answer = await ask(method, route, id);
          expect({ id, status: answer.status, to: answer.headers.location }).toEqual({
            id,
            status: unknown.status,
            to: unknown.headers.location,
          });
        }
      });
    });
  });

  it.each(['abc', '-1', '0x1', '01', '2147483648', 'MQ==extra', '%00', 'Infinity', 'e30'])(
    'in a cursor that we did not issue (%s) is refused',
    async (text) => {
      for (const cursor of [text, Buffer.from(text).toString('base64url')]) {
        for (const path of ['/users', '/messages', `/users/${own}/messages`]) {
          const page = await agent.get(`${path}?cursor=${cursor}`);
          expect({ cursor, path, status: page.status }).toEqual({ cursor, path, status: 422 });
          await agent.get(`/api/v1${path}?cursor=${cursor}`).expect(422);
        }
      }
    },
  );

  it.each(['0', '101', '-1', '1.5', 'x', '', '1&limit=2', '1e99', '9'.repeat(400)])(
    'is not listed with limit=%s',
    async (limit) => {
      for (const path of ['/users', '/messages', '/api/v1/users', '/api/v1/messages']) {
        const answer = await agent.get(`${path}?limit=${limit}`);
        expect({ path, status: answer.status }).toEqual({ path, status: 422 });
      }
    },
  );
});
