import { setTimeout as delay } from 'node:timers/promises';
import type { Response, Test } from 'supertest';
import { PASSWORD, type TestApp } from './app';
import { cookiePair, submit } from './page';
import { Wire, type WireRequest } from './wire';

/** The promised times of a response during an outage, and of the recovery after it. */
const PROMISED_MS = 2_000;

/** @returns the response, which must not take longer than promised. */
export async function inTime(request: Test): Promise<Response> {
  const begin = performance.now();
  const answer = await request;
  expect(performance.now() - begin).toBeLessThan(PROMISED_MS);
  return answer;
}

/** The cookies of a browser that has just logged in: session and device. */
export async function logIn(app: TestApp, username: string): Promise<{ sid: string; remember: string }> {
  const credentials = { username, password: PASSWORD, remember: true };
  const answer = await app.agent().post('/api/v1/auth/login').send(credentials).expect(200);
  return { sid: cookiePair(answer, 'sid'), remember: cookiePair(answer, 'remember') };
}

/** 503 in time, with what is down and when to retry; no cookie is set or cleared, no request is authorized or redirected. */
export async function expectAway(request: Test): Promise<void> {
  const answer = await inTime(request);
  expect([answer.status, answer.text]).toEqual([
    503,
    expect.stringMatching(/(database|session store) does not answer/),
  ]);
  expect(answer.headers).toMatchObject({
    'retry-after': '1',
    'content-type': expect.stringMatching(/html|problem\+json/),
  });
  expect(answer.headers).not.toHaveProperty('set-cookie');
  expect(answer.headers).not.toHaveProperty('location');
}

/** Requests that only read, of a logged-in user and of guests; all are sent when this is called. */
export function reads(app: TestApp, cookie: string): Test[] {
  const as = () => app.agent().set('Cookie', cookie);
  return [
    as().get('/users/welcome').set('Accept', 'text/html'),
    as().get('/api/v1/auth/me'),
    app.agent().get('/messages').set('Accept', 'text/html'),
    app.agent().get('/api/v1/messages'),
  ];
}

/** Requests that write: to a logged-in user's session, a message, a new user, a new session. */
export function writes(app: TestApp, cookie: string, userId: number): Test[] {
  const as = () => app.agent().set('Cookie', cookie);
  return [
    submit(as(), '/lab/counter'),
    as().post(`/api/v1/users/${userId}/messages`).send({ content: 'Hello' }),
    app
      .agent()
      .post('/api/v1/auth/signup')
      .send({ username: `new${Math.random()}`.replace('.', ''), password: PASSWORD }),
    app.agent().post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD }),
  ];
}

/** Within the promised time, the earlier cookie is valid again and its session can be written to. */
export async function expectBack(app: TestApp, cookie: string): Promise<void> {
  const begin = performance.now();
  const statuses: number[] = [];
  while (statuses.at(-1) !== 303 && performance.now() - begin < PROMISED_MS) {
    statuses.push((await submit(app.agent().set('Cookie', cookie), '/lab/counter')).status);
    await delay(20);
  }
  expect(statuses.at(-1)).toBe(303);
  expect(performance.now() - begin).toBeLessThan(PROMISED_MS);
  await app.agent().set('Cookie', cookie).get('/api/v1/auth/me').expect(200);
  await app.agent().get('/health/ready').expect(200);
}

export async function expectNotReady(app: TestApp): Promise<void> {
  const answer = await inTime(app.agent().get('/health/ready'));
  expect(answer.status).toBe(503);
  expect(answer.body).toMatchObject({ status: 'error', details: { database: { status: 'down' } } });
}

/** Sends this many requests at once, each on its own connection. @returns the statuses of the responses. */
export async function burst(app: TestApp, request: WireRequest, size: number): Promise<Set<number>> {
  const wires = await Promise.all(Array.from({ length: size }, () => Wire.open(app.port)));
  const answers = await Promise.all(wires.map((wire) => wire.ask(request)));
  for (const wire of wires) wire.close();
  return new Set(answers.map(({ status }) => status));
}
