import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { fieldError, fieldValue, submit } from '../support/page';
import { expectNothingStored, expectRefusal } from './refusals';

const REQUIRED = 'This field is required.';
const UNREADABLE = 'Use only characters that can be read.';
const LETTERS = 'Use only letters, digits, dots, underscores and hyphens.';
const ONE_SCRIPT = 'Use letters of one script only.';

const LONE = { high: '\ud800', low: '\udc00' };

describe('An invalid text', () => {
  let app: TestApp;
  let id: number;
  let agent: TestAgent;

  beforeAll(async () => {
    app = await TestApp.start();
    ({ id, agent } = await app.user('ada'));
  });
  afterAll(() => app.close());

  describe('as a name', () => {
    const names: [string, string, string][] = [
      ['empty', '', REQUIRED],
      ['blank', ' \t\n\u3000', REQUIRED],
      ['only zero-width spaces', '\u200b\u200b', REQUIRED],
      ['65 characters', 'a'.repeat(65), 'Use at most 64 characters.'],
      ['longer in its canonical form', '\ufdfa'.repeat(4), 'Use at most 64 characters.'],
      ['with NUL', 'b\0ob', UNREADABLE],
      ['with an escape character', 'b\u001b[2Job', UNREADABLE],
      ['with a C1 control', 'b\u0085ob', UNREADABLE],
      ['with a line break', 'b\r\nob', LETTERS],
      ['with a line separator', 'b\u2028ob', LETTERS],
      ['with a right-to-left override', 'b\u202eob', LETTERS],
      ['with a zero-width joiner', 'b\u200dob', LETTERS],
      ['with a soft hyphen', 'b\u00adob', LETTERS],
      ['with a space', 'bob b', LETTERS],
      ['that is an invisible filler', '\u3164', REQUIRED],
      ['that hides a filler', '가\u1160가', LETTERS],
      ['of punctuation alone', '...', 'Use at least one letter or digit.'],
      [
        'with a stray combining mark',
        'q\u0334ueen',
        'Use only accents that are written on letters of their script.',
      ],
      ['of two scripts', '\u0430dmin', ONE_SCRIPT],
      ['with Greek among Latin', 'p\u03b1ypal', ONE_SCRIPT],
      ['with emoji', 'bob\u{1f600}', LETTERS],
      ['with a slash', '../bob', LETTERS],
    ];

    it.each(names)(
      '%s is refused with the error at the field, and the API responds alike',
      async (_, username, text) => {
        await expectNothingStored(app, async () => {
          const page = await submit(app.agent(), '/users/signup', { username, password: PASSWORD });
          expectRefusal(page, 422, { api: false });
          expect(fieldError(page, 'username')).toBe(text);
          expect(page.text).not.toContain(PASSWORD);

          const answer = await app.agent().post('/api/v1/auth/signup').send({ username, password: PASSWORD });
          expectRefusal(answer, 422, { api: true });
          expect(answer.body.errors).toEqual({ username: [text] });

          const edit = await submit(agent, `/users/${id}?_method=PATCH`, { username });
          expectRefusal(edit, 422, { api: false });
          expect(fieldError(edit, 'username')).toBe(text);
        });
      },
    );
  });

  describe('as a message', () => {
    const contents: [string, string, string][] = [
      ['empty', '', REQUIRED],
      ['blank', '\r\n \u2029', REQUIRED],
      ['only zero-width spaces', '\u200b\u2060\ufeff', REQUIRED],
      ['of 2,001 characters', '\u{1f600}'.repeat(2_001), 'Use at most 2000 characters.'],
      ['with NUL', 'a\0b', UNREADABLE],
      ['with a terminal escape', '\u001b]0;title\u0007', UNREADABLE],
    ];

    it.each(contents)(
      '%s is refused with the error at the field, and the API responds alike',
      async (_, content, text) => {
        await expectNothingStored(app, async () => {
          const page = await submit(agent, `/users/${id}/messages`, { content });
          expectRefusal(page, 422, { api: false });
          expect(fieldError(page, 'content')).toBe(text);

          const answer = await agent.post(`/api/v1/users/${id}/messages`).send({ content });
          expectRefusal(answer, 422, { api: true });
          expect(answer.body.errors).toEqual({ content: [text] });
        });
      },
    );

    it('does not include what languages need: 2,000 emoji, separators, direction marks', async () => {
      const content = `\u{1f600}\u2028\u202eתודה\u202c\n\t${'\u{1f600}'.repeat(1_900)}`;
      const { body } = await agent.post(`/api/v1/users/${id}/messages`).send({ content }).expect(201);
      expect(body.content).toBe(content);
      const shown = await agent.get(`/api/v1/users/${id}/messages/${body.id}`).expect(200);
      expect(shown.body.content).toBe(content);
      const edit = await agent.get(`/users/${id}/messages/${body.id}/edit`).expect(200);
      expect(fieldValue(edit, 'content')).toBe(content);
    });
  });

  describe('as a lone surrogate', () => {
    it.each(Object.entries(LONE))('in JSON (%s) is refused in every field', async (_, lone) => {
      await expectNothingStored(app, async () => {
        for (const bad of [
          { username: `b${lone}` },
          { password: `${PASSWORD}${lone}` },
          { email: `b${lone}@example.com` },
        ]) {
          const json = JSON.stringify({ username: 'bob', password: PASSWORD, ...bad });
          expect(json).toMatch(/\\ud[8c]00/); // sent as an escape, as an attacker writes it
          const answer = await app.agent().post('/api/v1/auth/signup').type('json').send(json);
          expectRefusal(answer, 422, { api: true });
          expect(Object.keys(answer.body.errors)).toEqual(Object.keys(bad));
        }
        const message = await agent.post(`/api/v1/users/${id}/messages`).send({ content: `a${lone}` });
        expectRefusal(message, 422, { api: true });
      });
    });

    it.each(['%ED%A0%80', '%ED%B0%80', '%FF', '%C0%80', '%F8%88%80%80%80'])(
      'or other broken UTF-8 in a form (%s) is refused before it is replaced',
      async (bytes) => {
        await expectNothingStored(app, async () => {
          for (const form of [
            `username=b${bytes}&password=${PASSWORD}`,
            `username=bob&password=${bytes.repeat(8)}`,
          ]) {
            expectRefusal(await app.agent().post('/users/signup').type('form').send(form), 400, {
              api: false,
            });
          }
          const edit = await agent.post(`/users/${id}/messages`).type('form').send(`content=${bytes}`);
          expectRefusal(edit, 400, { api: false });
        });
      },
    );
  });

  describe('as an e-mail address', () => {
    it.each([
      '"a\r\nBcc: list@example.com"@example.com',
      '"a b"@example.com',
      '"\u0001"@example.com',
      'ada@ex\u0430mple.com',
      '=?utf-8?q?eve=40example.com?=@example.com',
      '=?UTF-8?B?ZXZl?=@example.com',
      'ada@xn--a.example',
      'ada@xn--55555577.example',
      'ada@xn--zz-.example',
      'ada@пример.рф\r\nBcc: eve@example.com',
      'ada@прим ер.рф',
      'ada@прим\u200bер.рф',
      'ada@пример.рф, eve@example.com',
      'ada@<пример>.рф',
      'ada@\uff45xample\uff0e\u2028com',
      'ada@exa\u00admple.com',
      'ada@\u2460.com',
      '\u0430da@example.com',
      'ada@example.com, eve@example.com',
      'ada@example.com\0',
      'Ada <ada@example.com>',
      'ada@localhost',
      `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.com`,
    ])('%j is refused with the error at the field, and the API responds alike', async (email) => {
      await expectNothingStored(app, async () => {
        const page = await submit(app.agent(), '/users/signup', {
          username: 'bob',
          password: PASSWORD,
          email,
        });
        expectRefusal(page, 422, { api: false });
        expect(fieldError(page, 'email')).toMatch(/^Use /);

        const fields = { username: 'bob', password: PASSWORD, email };
        const answer = await app.agent().post('/api/v1/auth/signup').send(fields);
        expectRefusal(answer, 422, { api: true });
        expectRefusal(await agent.patch(`/api/v1/users/${id}`).send({ email }), 422, { api: true });
      });
    });
  });

  it.each([
    ['NUL', 'ada\0'],
    ['a lone surrogate', 'ada\ud800'],
    ['90 kB', 'a'.repeat(90_000)],
  ])('at log-in, a name with %s is answered like a wrong password', async (_, username) => {
    const agentOfGuest = app.agent();
    const form = new URLSearchParams({ username, password: PASSWORD }).toString();
    const page = await agentOfGuest.post('/users/login').type('form').send(form);
    expectRefusal(page, 401, { api: false });
    expect(page.text).toContain('Invalid credentials. Please try again.');
    const answer = await agentOfGuest.post('/api/v1/auth/login').send({ username, password: PASSWORD });
    expect([401, 422]).toContain(answer.status);
  });
});
