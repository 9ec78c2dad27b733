import { gzipSync } from 'node:zlib';
import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { cookiePair } from '../support/page';
import { leastMainThreadTime, mainThreadTime } from '../support/main-thread-time';
import { type Answer, Client } from './exchange';
import { expectNothingStored } from './refusals';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Normalisation reorders these marks one by one: in quadratic time. */
const MARKS = '\u0344'.repeat(30_000) + '\u0323'.repeat(15_000) + '\u0334'.repeat(4_500);
const FEWER = '\u0344'.repeat(9_000) + '\u0323'.repeat(4_500) + '\u0334'.repeat(1_300);
const asForm = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

/** The bugs took from 0.2 to 9 s; the responses take some ms. */
const QUICK = 100;

describe('The main thread is not blocked', () => {
  let app: TestApp;
  let client: Client;
  let id: number;
  let cookie: string;
  let agent: TestAgent;

  beforeAll(async () => {
    app = await TestApp.start();
    client = new Client(app.port);
    id = await app.signUp('ada');
    agent = app.agent();
    const login = await agent.post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD });
    cookie = cookiePair(login, 'sid');
  });
  afterAll(async () => {
    client.close();
    await app.close();
  });

  function send(method: string, path: string, body: string | Buffer, headers = {}): Promise<Answer> {
    const type = path.startsWith('/api') ? JSON_TYPE : FORM_TYPE;
    const known = { 'Content-Type': type, Origin: 'http://localhost:3000', Cookie: cookie };
    return client.ask({ method, path, headers: { ...known, ...headers }, body }, 60_000);
  }

  /** @returns the status of the last response. */
  async function expectQuick(act: () => Promise<Answer>): Promise<number> {
    let status = 0;
    expect(await leastMainThreadTime(async () => ({ status } = await act()), 2)).toBeLessThan(QUICK);
    return status;
  }

  it.each([
    ['sign-up', '/api/v1/auth/signup', ['username', 'password', 'email']],
    ['log-in', '/api/v1/auth/login', ['username', 'password']],
    ['password strength', '/api/v1/auth/password-strength', ['password', 'username', 'email']],
    ['password reset', '/api/v1/auth/password-reset', ['email']],
    ['confirm a reset', '/api/v1/auth/password-reset/confirm', ['token', 'password']],
  ])('by a guest who sends 196 bytes that unpack to combining marks: %s', async (_, path, fields) => {
    for (const field of fields) {
      const packed = gzipSync(JSON.stringify({ ...fieldsOf(fields), [field]: MARKS }), { level: 9 });
      expect(packed.length).toBeLessThan(400);
      const status = await expectQuick(() =>
        send('POST', path, packed, { 'Content-Encoding': 'gzip', Cookie: '' }),
      );
      expect(status).toBeLessThan(500);
    }
  });

  it.each([
    ['sign-up', '/users/signup', ['username', 'password', 'email']],
    ['log-in', '/users/login', ['username', 'password', 'next']],
    ['password reset', '/users/password-reset', ['email']],
  ])('by a guest who sends combining marks in a form: %s', async (_, path, fields) => {
    for (const field of fields) {
      const form = asForm({ ...fieldsOf(fields), [field]: FEWER });
      expect(await expectQuick(() => send('POST', path, form, { Cookie: '' }))).toBeLessThan(500);
    }
  });

  it.each([
    ['a new name', 'PATCH', '/api/v1/users/:id', ['username']],
    ['a new e-mail address', 'PATCH', '/api/v1/users/:id', ['email', 'currentPassword']],
    ['a new password', 'POST', '/api/v1/auth/password', ['currentPassword', 'newPassword']],
    ['the current password', 'POST', '/api/v1/auth/reauthenticate', ['password']],
    ['a message', 'POST', '/api/v1/users/:id/messages', ['content']],
    ['the form of a new password', 'POST', '/account/password', ['currentPassword', 'newPassword']],
    ['the form that deletes an account', 'POST', '/account/delete', ['currentPassword']],
    ['the form of a new address', 'POST', '/account/email', ['email', 'currentPassword']],
  ])('by a user who sends combining marks as %s', async (_, method, address, fields) => {
    const path = address.replace(':id', String(id));
    for (const field of fields) {
      const all = { ...fieldsOf(fields), [field]: FEWER };
      const body = path.startsWith('/api') ? JSON.stringify(all) : asForm(all);
      const status = await expectQuick(() => send(method, path, body));
      expect(status).toBe(422);
    }
  });

  it('by a body of thousands of unknown fields, or of percent signs', async () => {
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`k${n}`, 1])));
    expect(await expectQuick(() => send('POST', '/api/v1/auth/signup', wide))).toBe(400);
    const nested = `{"username":[${Array<string>(12_000).fill('{"a":1}').join()}]}`;
    expect(await expectQuick(() => send('POST', '/api/v1/auth/signup', nested))).toBe(400);
    const encoded = `username=${'%61'.repeat(33_000)}`;
    expect(await expectQuick(() => send('POST', '/users/signup', encoded))).toBeLessThan(500);
  });

  it('by a text of the maximum length', async () => {
    const worst = (units: number) => `a${MARKS.slice(30_000 - units / 2, 30_000)}${MARKS.slice(-units / 2)}`;
    for (const units of [64, 128, 254, 384, 768, 1_000, 4_096]) {
      const text = worst(units);
      for (const [path, fields] of [
        ['/api/v1/auth/signup', { username: text, password: text }],
        ['/api/v1/auth/login', { username: text, password: text }],
        ['/api/v1/auth/password-strength', { password: text, username: text, email: text }],
      ] as const) {
        const status = await expectQuick(() => send('POST', path, JSON.stringify(fields), { Cookie: '' }));
        expect(status).toBeLessThan(500);
      }
    }
  });

  it('by texts that are too long, which are refused with the reason and never truncated', async () => {
    const long = 'a'.repeat(30_000);
    await expectNothingStored(app, async () => {
      const account = { username: long, password: long, email: `${long}@example.com` };
      const refused = await app.agent().post('/api/v1/auth/signup').send(account).expect(422);
      expect(refused.body.errors).toEqual({
        username: ['Use at most 64 characters.'],
        password: ['Use at most 128 characters.'],
        email: ['Use at most 254 characters.'],
      });
      const current = { currentPassword: long, newPassword: 'a heron stands in the rain' };
      const change = await agent.post('/api/v1/auth/password').send(current).expect(422);
      expect(change.body.errors).toEqual({ currentPassword: ['Use at most 4096 characters.'] });
    });
    const before = mainThreadTime();
    await app.agent().post('/api/v1/auth/login').send({ username: long, password: PASSWORD }).expect(401);
    expect(mainThreadTime() - before).toBeLessThan(QUICK);
  });
});

const GOOD: Record<string, string> = {
  username: 'grace',
  password: PASSWORD,
  newPassword: 'a heron stands in the rain',
  currentPassword: PASSWORD,
  email: 'grace@example.com',
  token: 'x',
  next: '/',
  content: 'A message',
};
const fieldsOf = (names: string[]) => Object.fromEntries(names.map((name) => [name, GOOD[name]]));
