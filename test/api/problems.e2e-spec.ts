import type { Response, Test } from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { DOCUMENT, schemaOf, undocumented } from '../support/openapi';
import { mismatches } from '../support/schema';

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  503: 'Service Unavailable',
};

let app: TestApp;
let ada: TestAgent;
let guest: TestAgent;
let own: string;
let others: string;

beforeAll(async () => {
  app = await TestApp.start();
  const user = await app.user('ada');
  ada = user.agent;
  guest = app.agent();
  own = `/api/v1/users/${user.id}`;
  others = `/api/v1/users/${await app.signUp('grace')}`;
});
afterAll(() => app.close());

/** The common fields of every problem. */
function expectProblem(answer: Response, status: number, path: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(mismatches(DOCUMENT, schemaOf('Problem'), answer.body)).toEqual([]);
  expect(answer.body).toMatchObject({ type: 'about:blank', title: TITLES[status], status, instance: path });
  expect(answer.body.requestId).toBe(answer.headers['x-request-id']);
}

const signup = (body: object) => guest.post('/api/v1/auth/signup').send(body);
const sent = (type: string, body: string) => ada.patch(own).set('Content-Type', type).send(body);

type Case = [what: string, status: number, ask: () => Test, says: object];

describe('A refusal of the API is a problem as documented:', () => {
  const cases: Case[] = [
    ['a body that is not JSON', 400, () => sent('application/json', '{"username":'), {}],
    [
      'a body that is a list',
      400,
      () => sent('application/json', '[]'),
      { detail: 'The body must be an object.' },
    ],
    [
      'a field that is not known',
      400,
      () => signup({ username: 'alan', password: PASSWORD, isAdmin: true }),
      { errors: { isAdmin: ['This field is not known.'] } },
    ],
    ['a guest at a closed route', 401, () => guest.get('/api/v1/auth/me'), { detail: 'Please log in first' }],
    ['a guest who would write', 401, () => guest.post(`${own}/messages`).send({ content: 'Hi' }), {}],
    [
      'a wrong password',
      401,
      () => guest.post('/api/v1/auth/login').send({ username: 'ada', password: 'wrong' }),
      { detail: 'Invalid credentials. Please try again.' },
    ],
    [
      'a user who does not exist',
      401,
      () => guest.post('/api/v1/auth/login').send({ username: 'unknown', password: PASSWORD }),
      { detail: 'Invalid credentials. Please try again.' },
    ],
    [
      "another user's account",
      403,
      () => ada.patch(others).send({ username: 'x' }),
      { detail: 'Not Authorized' },
    ],
    ["another user's messages", 403, () => ada.post(`${others}/messages`).send({ content: 'Hi' }), {}],
    [
      'an account that does not exist',
      403,
      () => ada.delete('/api/v1/users/999').send({}),
      { detail: 'Not Authorized' },
    ],
    [
      'a request from another site',
      403,
      () => ada.patch(own).set('Origin', 'https://evil.example').send({}),
      {},
    ],
    ['a user who is not there', 404, () => ada.get('/api/v1/users/999'), {}],
    ['an ID that is none', 404, () => ada.get('/api/v1/users/01'), {}],
    ['a message that is not there', 404, () => ada.get(`${own}/messages/999`), {}],
    ['messages of a user who is not there', 404, () => ada.get('/api/v1/users/999/messages'), {}],
    [
      'a name that is taken, in whatever case',
      409,
      () => signup({ username: 'ADA', password: PASSWORD }),
      { errors: { username: ['This name is taken.'] } },
    ],
    ['a change to a name that is taken', 409, () => ada.patch(own).send({ username: 'grace' }), {}],
    [
      'a body that is too large',
      413,
      () => ada.post(`${own}/messages`).send({ content: 'x'.repeat(110_000) }),
      {},
    ],
    ['a form', 415, () => sent('application/x-www-form-urlencoded', 'username=x'), {}],
    ['JSON in another character set', 415, () => sent('application/json; charset=latin1', '{}'), {}],
    [
      'fields that are missing',
      422,
      () => signup({}),
      { errors: { username: ['This field is required.'], password: ['This field is required.'] } },
    ],
    [
      'a password that is too short',
      422,
      () => signup({ username: 'alan', password: 'short' }),
      { errors: { password: ['Use at least 8 characters.'] } },
    ],
    [
      'a message that is blank',
      422,
      () => ada.post(`${own}/messages`).send({ content: ' ' }),
      { errors: { content: ['This field is required.'] } },
    ],
  ];

  it.each(cases)('%s (%i)', async (_what, status, ask, says) => {
    const answer = await ask();
    expectProblem(answer, status, new URL((answer.request as { url: string }).url).pathname);
    expect(answer.body).toMatchObject(says);
    expect(undocumented(answer)).toEqual([]);
  });
});

describe('An unknown route of the API', () => {
  it('is 404, also for a client that prefers HTML', async () => {
    const answer = await guest.get('/api/v1/nothing').set('Accept', 'text/html');
    expectProblem(answer, 404, '/api/v1/nothing');
  });

  it('is 405 with the allowed methods if only the method is unknown', async () => {
    const answer = await guest.put('/api/v1/messages').send({});
    expectProblem(answer, 405, '/api/v1/messages');
    expect(answer.headers.allow).toBe('GET');
  });
});

describe('An API that is busy', () => {
  it('responds 503 with the time of a retry', async () => {
    const busy = await app.another({ HASH_QUEUE: '1', BCRYPT_COST: '10' });
    const tries = await Promise.all(
      Array.from({ length: 40 }, () =>
        busy.agent().post('/api/v1/auth/login').send({ username: 'unknown', password: PASSWORD }),
      ),
    );
    const refused = tries.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expectProblem(answer, 503, '/api/v1/auth/login');
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(undocumented(answer)).toEqual([]);
    }
    await busy.close();
  });
});
