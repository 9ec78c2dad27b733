import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { fieldValue, submit } from '../support/page';
import { LEAK, rows } from './refusals';

const TEMPLATES = [
  '{{7*7}}',
  '{{constructor}}',
  '{{{body}}}',
  '{{> csrf}}',
  '{{#with "s" as |string|}}{{lookup string.sub "constructor"}}{{/with}}',
  '${7*7}',
  '#{7*7}',
  '<%= 7*7 %>',
  '*{7*7}',
  '{{settings.views}}',
  '%{7*7}',
];
const MARKUP = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '</textarea><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '<!--',
  '&lt;b&gt; &amp;amp;',
  'javascript:alert(1)',
  '`${alert(1)}`',
];
const QUERIES = [
  "' OR '1'='1",
  "'; DROP TABLE users; --",
  "1' UNION SELECT password_hash FROM users --",
  '" OR ""="',
  '\\',
  '%',
  '_',
  '$1 ? :id',
  '{"$gt":""}',
  "admin'/*",
];

describe('Input', () => {
  let app: TestApp;
  let id: number;
  let agent: TestAgent;

  beforeAll(async () => {
    app = await TestApp.start();
    ({ id, agent } = await app.user('ada'));
  });
  afterAll(() => app.close());

  /** No part of it is markup in the page: every `<`, `>` and quote of it is escaped. */
  function expectInert(page: { text: string }, text: string): void {
    expect(page.text).not.toMatch(LEAK);
    if (/[<>"']/.test(text)) expect(page.text).not.toContain(text);
    expect(page.text).not.toMatch(/<script>|<img src=x|<[^>]* on\w+=/);
  }

  describe.each([...TEMPLATES, ...MARKUP, ...QUERIES])('%s', (text) => {
    it('remains text in a message: stored, listed, shown and edited as typed', async () => {
      await submit(agent, `/users/${id}/messages`, { content: text }).expect(303);
      const { body } = await agent.get('/api/v1/messages?limit=1').expect(200);
      const [{ id: messageId, content }] = body.items;
      expect(content).toBe(text);

      for (const path of ['/messages', `/users/${id}/messages`, `/users/${id}/messages/${messageId}`]) {
        expectInert(await agent.get(path).expect(200), text);
      }
      const edit = await agent.get(`/users/${id}/messages/${messageId}/edit`).expect(200);
      expectInert(edit, text);
      expect(fieldValue(edit, 'content')).toBe(text);
    });

    it('remains text in a form that is shown again', async () => {
      const fields = { username: text, password: 'short', email: text };
      const signup = await submit(app.agent(), '/users/signup', fields).expect(422);
      expectInert(signup, text);
      expect(fieldValue(signup, 'username')).toBe(text);
      expect(fieldValue(signup, 'email')).toBe(text);

      const login = await submit(app.agent(), '/users/login', { username: text, password: text }).expect(401);
      expectInert(login, text);
      expect(fieldValue(login, 'username')).toBe(text);

      const edit = await submit(agent, `/users/${id}?_method=PATCH`, { username: text, email: text }).expect(
        422,
      );
      expectInert(edit, text);
    });

    it('has no effect in an address, a query or a header', async () => {
      const encoded = encodeURIComponent(text);
      const answers = await Promise.all([
        agent.get(`/${encoded}`),
        agent.get(`/users/${encoded}`),
        agent.get(`/users?cursor=${encoded}&limit=${encoded}`),
        agent.get(`/messages?cursor=${encoded}`),
        agent.get(`/api/v1/users/${encoded}`),
        agent.get(`/api/docs/${encoded}`),
        agent.get(`/lab/cookies?username=${encoded}`),
        app.agent().get(`/users/login?next=${encoded}`),
        app
          .agent()
          .get(`/lab/cookies`)
          .set('Cookie', `username=${encoded}; session=${encoded}; flash=${encoded}`),
        app.agent().get('/lab').set('Cookie', `session=${encoded}.${encoded}.${encoded}; sid=${encoded}`),
        app.agent().get('/').set('User-Agent', text).set('Accept-Language', text).set('Referer', text),
      ]);
      for (const answer of answers) {
        expect(answer.status).toBeLessThan(500);
        if (answer.headers['content-type'].startsWith('text/html')) expectInert(answer, text);
        expect(answer.text).not.toMatch(LEAK);
      }
    });

    it('does not log in', async () => {
      for (const fields of [
        { username: text, password: PASSWORD },
        { username: 'ada', password: text },
        { username: `ada${text}`, password: text },
      ]) {
        const answer = await submit(app.agent(), '/users/login', fields).expect(401);
        expect(answer.headers['set-cookie']).toBeUndefined();
        await app.agent().post('/api/v1/auth/login').send(fields).expect(401);
      }
    });
  });

  it('does not change the existing account, its hash or its table', async () => {
    const users = await rows<{ username: string; password_hash: string }>(app, 'users');
    expect(users.map(({ username }) => username)).toEqual(['ada']);
    await app.loggedIn('ada');
  });

  it('may be any password', async () => {
    const password = "'; DROP TABLE users; -- {{7*7}} <script>";
    await app.signUp('grace', password);
    await app.loggedIn('grace', password);
    await app
      .agent()
      .post('/api/v1/auth/login')
      .send({ username: 'grace', password: `${password} ` })
      .expect(401);
  });

  it('of a password field is never sent back', async () => {
    const password = 'visible-pass';
    const pages = [
      await submit(app.agent(), '/users/signup', { username: '', password }),
      await submit(app.agent(), '/users/signup', { username: 'ada', password }),
      await submit(app.agent(), '/users/login', { username: 'ada', password }),
      await app.agent().post('/api/v1/auth/signup').send({ username: '', password }),
      await app.agent().post('/api/v1/auth/login').type('json').send(`{"password":"${password}",`),
    ];
    for (const page of pages) {
      expect(page.status).toBeGreaterThanOrEqual(400);
      expect(page.text).not.toContain(password);
    }
  });
});
