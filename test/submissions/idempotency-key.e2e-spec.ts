import { randomUUID } from 'node:crypto';
import type { OpenAPIObject } from '@nestjs/swagger';
import request, { type Response } from 'supertest';
import { PASSWORD, TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { operationsOf } from '../support/openapi';
import { cookiePair } from '../support/page';

const NEW_PASSWORD = 'another horse battery staple';

describe('An Idempotency-Key in the API', () => {
  let app: TestApp;
  let second: TestApp;
  let count = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another();
  });
  afterAll(() => app.close());

  async function member() {
    const name = `member${(count += 1)}`;
    const id = await app.signUp(name);
    const jar = new CookieJar();
    await jar.logIn(app, name);
    return { id, name, cookie: jar.header, messages: `/api/v1/users/${id}/messages` };
  }
  async function post(path: string, body: object, key?: string, cookie?: string, instance = app) {
    const sent = request(instance.server).post(path).set('Origin', app.baseUrl);
    if (key !== undefined) void sent.set('Idempotency-Key', key);
    if (cookie !== undefined) void sent.set('Cookie', cookie);
    return sent.send(body);
  }
  const stored = async (id: number) =>
    Number(
      (
        await app.dataSource.query<{ n: number | string }[]>(
          `SELECT count(*) AS n FROM messages WHERE user_id = ${id}`,
        )
      )[0].n,
    );
  const twice = (send: (instance: TestApp) => Promise<Response>) => Promise.all([app, second].map(send));

  it('makes one message of two requests at once on two instances, and gives both its answer', async () => {
    const { id, cookie, messages } = await member();
    const key = randomUUID();
    const answers = await twice((instance) => post(messages, { content: 'Hello' }, key, cookie, instance));
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[1].body).toEqual(answers[0].body);
    expect(answers[1].headers['content-type']).toBe(answers[0].headers['content-type']);
    expect(await stored(id)).toBe(1);
  });

  it('is the same with and without quotation marks, and is not needed', async () => {
    const { id, cookie, messages } = await member();
    const key = randomUUID();
    await post(messages, { content: 'Hello' }, key, cookie);
    await post(messages, { content: 'Hello' }, `"${key}"`, cookie);
    expect(await stored(id)).toBe(1);
    for (let times = 0; times < 2; times += 1)
      expect((await post(messages, { content: 'Hello' }, undefined, cookie)).status).toBe(201);
    expect(await stored(id)).toBe(3);
  });

  it('with another body, or for another address, is refused with 422', async () => {
    const { id, cookie, messages } = await member();
    const key = randomUUID();
    await post(messages, { content: 'Hello' }, key, cookie);
    const other = await post(messages, { content: 'Hello again' }, key, cookie);
    expect(other.status).toBe(422);
    expect(other.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect((other.body as { detail: string }).detail).toContain('Idempotency-Key');
    expect((await post('/api/v1/auth/logout', {}, key, cookie)).status).toBe(422);
    expect(await stored(id)).toBe(1);
  });

  it('of one user means nothing for another', async () => {
    const [ada, grace] = [await member(), await member()];
    const key = randomUUID();
    await post(ada.messages, { content: 'Hello' }, key, ada.cookie);
    expect((await post(grace.messages, { content: 'Hello' }, key, grace.cookie)).status).toBe(201);
    expect(await stored(grace.id)).toBe(1);
  });

  it('that is too short, too long or not ASCII is refused with 400', async () => {
    const { cookie, messages } = await member();
    for (const key of ['1', 'x'.repeat(256), 'with spaces in the middle', '']) {
      const { status, body } = await post(messages, { content: 'Hello' }, key, cookie);
      expect([key, status]).toEqual([key, 400]);
      expect((body as { detail: string }).detail).toContain('Idempotency-Key');
    }
  });

  it('signs up once', async () => {
    const account = { username: `new${(count += 1)}`, password: PASSWORD };
    const key = randomUUID();
    const answers = await twice((instance) => post('/api/v1/auth/signup', account, key, undefined, instance));
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect((await post('/api/v1/auth/signup', account, randomUUID())).status).toBe(409);
  });

  it('gives a repeated log-in a session of its own', async () => {
    const { name } = await member();
    const key = randomUUID();
    const body = { username: name, password: PASSWORD };
    const answers = await twice((instance) => post('/api/v1/auth/login', body, key, undefined, instance));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const cookies = answers.map((answer) => cookiePair(answer, 'sid'));
    expect(cookies[0]).not.toBe(cookies[1]);
    for (const cookie of cookies)
      await request(second.server).get('/api/v1/auth/me').set('Cookie', cookie).expect(200);
  });

  it('changes the password once, and both answers keep their client logged in', async () => {
    const { cookie } = await member();
    const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    const key = randomUUID();
    const answers = await twice((instance) => post('/api/v1/auth/password', body, key, cookie, instance));
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    for (const answer of answers)
      await request(app.server).get('/api/v1/auth/me').set('Cookie', cookiePair(answer, 'sid')).expect(200);
  });

  it('leaves a request that was refused to be sent again', async () => {
    const { id, cookie, messages } = await member();
    const key = randomUUID();
    for (let times = 0; times < 2; times += 1)
      expect((await post(messages, { content: '' }, key, cookie)).status).toBe(422);
    expect((await post(messages, { content: 'Hello' }, key, cookie)).status).toBe(201);
    expect(await stored(id)).toBe(1);
  });

  it('is documented for every operation that changes something, and for no other', async () => {
    const { body } = await app.agent().get('/api/openapi.json').expect(200);
    for (const { method, described } of operationsOf(body as OpenAPIObject)) {
      const headers = (described.parameters ?? []).filter((one) => 'in' in one && one.in === 'header');
      expect(headers).toHaveLength(method === 'GET' ? 0 : 1);
    }
  });
});
