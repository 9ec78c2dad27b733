import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { fieldValue, submit } from '../support/page';

/** Each would change if it were decoded once more. */
const ENCODED = [
  '%41',
  '%2541',
  '%252e%252e%252f',
  '%255cevil',
  '&lt;b&gt;',
  '&amp;lt;',
  '\\u0041',
  '\\x3cscript>',
  '+and+plus',
  '=?utf-8?q?=41?=',
  'JTQx',
];

describe('Text that is still encoded after parsing', () => {
  let app: TestApp;
  let id: number;
  let agent: TestAgent;

  beforeAll(async () => {
    app = await TestApp.start();
    ({ id, agent } = await app.user('ada'));
  });
  afterAll(() => app.close());

  it.each(ENCODED)('does not change in a message, from a form and from JSON: %s', async (content) => {
    await submit(agent, `/users/${id}/messages`, { content }).expect(303);
    await agent.post(`/api/v1/users/${id}/messages`).send({ content }).expect(201);
    const { body } = await agent.get('/api/v1/messages?limit=2').expect(200);
    expect((body.items as { content: string }[]).map((item) => item.content)).toEqual([content, content]);
  });

  it.each(ENCODED)('is not decoded in a password: %s', async (encoded) => {
    const username = `user${ENCODED.indexOf(encoded)}`;
    const password = `${encoded} and the rest of it`;
    await app.signUp(username, password);
    const logIn = (text: string) => submit(app.agent(), '/users/login', { username, password: text });
    await logIn(password).expect(303);
    if (decodeURIComponent(password) !== password) await logIn(decodeURIComponent(password)).expect(401);
    await logIn(encodeURIComponent(password)).expect(401);
  });

  it('is not decoded in a return path, in an ID and in a cookie', async () => {
    const account = { username: 'ada', password: PASSWORD };
    const login = await submit(app.agent(), '/users/login', { ...account, next: '/%255cevil.example' });
    expect(login.headers.location).toBe('/%255cevil.example');
    const form = await app.agent().get(`/users/login?next=${encodeURIComponent('/%252f%252fevil.example')}`);
    expect(fieldValue(form, 'next')).toBe('/%252f%252fevil.example');
    await agent.get('/users/%2531').expect(404);
    const lab = await app.agent().get('/lab/cookies').set('Cookie', 'username=%2541');
    expect(lab.text).toContain('%41');
  });
});
