import type { Response } from 'supertest';
import { PASSWORD, TestApp } from '../support/app';
import { Mailbox } from '../support/mailbox';
import { DOCUMENT, operationsOf, schemaOf, undocumented } from '../support/openapi';
import { mismatches } from '../support/schema';

const EMAIL = 'ada@example.com';

let app: TestApp;
/** A success of every operation, by its ID. */
let answers: Record<string, Response>;
let hashes: string[];

beforeAll(async () => {
  app = await TestApp.start();
  const ada = app.agent();
  const ask: Record<string, Response> = {};
  ask.Auth_signup = await ada
    .post('/api/v1/auth/signup')
    .send({ username: 'ada', password: PASSWORD, email: EMAIL });
  ask.Auth_login = await ada.post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD });
  ask.PasswordStrength_estimate = await app
    .agent()
    .post('/api/v1/auth/password-strength')
    .send({ password: PASSWORD, username: 'grace' });
  ask.Auth_me = await ada.get('/api/v1/auth/me');
  hashes = (await app.dataSource.query<{ hash: string }[]>('SELECT password_hash AS hash FROM users')).map(
    ({ hash }) => hash,
  );
  await app.signUp('grace');
  const user = `/api/v1/users/${ask.Auth_me.body.id}`;
  ask.Users_list = await ada.get('/api/v1/users');
  ask.Users_show = await ada.get(user);
  ask.Users_update = await ada.patch(user).send({ username: 'Ada' });
  ask.Messages_create = await ada.post(`${user}/messages`).send({ content: 'Hello' });
  const message = `${user}/messages/${ask.Messages_create.body.id}`;
  ask.Messages_everyones = await app.agent().get('/api/v1/messages');
  ask.Messages_ofUser = await ada.get(`${user}/messages`);
  ask.Messages_show = await ada.get(message);
  ask.Messages_update = await ada.patch(message).send({ content: 'Hello again' });
  ask.Messages_remove = await ada.delete(message);
  ask.Health_live = await app.agent().get('/health/live');
  ask.Health_ready = await app.agent().get('/health/ready');
  ask.Sessions_list = await ada.get('/api/v1/auth/sessions');
  ask.Sessions_end = await ada.delete('/api/v1/auth/sessions/unknown');
  ask.Sessions_endOthers = await ada.delete('/api/v1/auth/sessions');
  ask.Reauthenticate_reauthenticate = await ada
    .post('/api/v1/auth/reauthenticate')
    .send({ password: PASSWORD });
  ask.Activity_list = await ada.get('/api/v1/auth/activity');
  ask.Export_file = await ada.get('/api/v1/auth/export');
  const mails = new Mailbox(app);
  ask.EmailConfirmation_confirm = await app
    .agent()
    .post('/api/v1/auth/email-confirmation')
    .send({ token: await mails.token(EMAIL) });
  ask.Password_change = await ada
    .post('/api/v1/auth/password')
    .send({ currentPassword: PASSWORD, newPassword: 'a heron stands in the rain' });
  ask.PasswordReset_request = await app.agent().post('/api/v1/auth/password-reset').send({ email: EMAIL });
  ask.PasswordReset_confirm = await app
    .agent()
    .post('/api/v1/auth/password-reset/confirm')
    .send({ token: await mails.token(EMAIL), password: PASSWORD });
  ask.Auth_logout = await ada.post('/api/v1/auth/logout');
  await ada.post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD }).expect(200);
  ask.Users_remove = await ada.delete(user).send({});
  answers = ask;
});
afterAll(() => app.close());

describe('A successful response of the API', () => {
  it('is tested for every operation in openapi.json', () => {
    expect(Object.keys(answers).sort()).toEqual(
      operationsOf(DOCUMENT)
        .map(({ id }) => id)
        .sort(),
    );
  });

  it.each(operationsOf(DOCUMENT).map(({ id }) => id))('of %s is as documented', (id) => {
    expect(answers[id].status).toBeLessThan(300);
    expect(undocumented(answers[id])).toEqual([]);
  });

  it('fails the check with one field more, or one less', () => {
    const user = answers.Auth_me.body;
    const complaints = (body: object) => mismatches(DOCUMENT, schemaOf('UserDto'), body);
    expect(complaints({ ...user, passwordHash: 'x' })).toEqual(['the body.passwordHash is not documented']);
    expect(complaints({ ...user, createdAt: undefined })).toEqual(['the body.createdAt is not a text']);
  });

  it('is not cached', () => {
    for (const [id, { headers }] of Object.entries(answers)) {
      if (!id.startsWith('Health_')) expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('never contains a hash or a part of one', () => {
    const all = Object.values(answers)
      .map(({ text }) => text)
      .join('\n');
    expect(hashes).toHaveLength(1);
    for (const word of [...hashes, '$2b$', 'hash', 'password']) expect(all).not.toContain(word);
  });
});

describe('A user in a response', () => {
  it('includes the unverified sign-up e-mail for its owner', () => {
    for (const id of ['Auth_signup', 'Auth_login', 'Auth_me', 'Users_show', 'Users_update']) {
      expect(answers[id].body).toMatchObject({ email: EMAIL, emailVerified: false });
    }
  });

  it('includes a name and no e-mail for others, alone and in lists', async () => {
    await app
      .agent()
      .post('/api/v1/auth/signup')
      .send({ username: 'alan', password: PASSWORD, email: 'alan@example.com' });
    const grace = await app.loggedIn('grace');
    const list = await grace.get('/api/v1/users').expect(200);
    const { id } = list.body.items.find(({ username }: { username: string }) => username === 'alan');
    const alan = await grace.get(`/api/v1/users/${id}`).expect(200);
    expect(Object.keys(alan.body).sort()).toEqual(['createdAt', 'id', 'username']);
    expect(list.text).not.toContain('alan@');
    expect(list.body.items.filter((user: object) => 'email' in user)).toMatchObject([
      { username: 'grace', email: null },
    ]);
  });

  it('includes no e-mail in lists of messages, not even for its owner', () => {
    expect(answers.Messages_show.body.author).toEqual({ id: answers.Auth_me.body.id, username: 'Ada' });
    for (const id of ['Messages_everyones', 'Messages_ofUser', 'Messages_show']) {
      expect(answers[id].text).not.toContain(EMAIL);
    }
  });
});

describe('Log-in and log-out by the API', () => {
  it('needs no earlier request, and me is 401 afterwards', async () => {
    const grace = await app.loggedIn('grace');
    await grace.get('/api/v1/auth/me').expect(200);
    await grace.post('/api/v1/auth/logout').expect(204);
    await grace.get('/api/v1/auth/me').expect(401);
  });

  it('is the same session as on the pages', async () => {
    const grace = await app.loggedIn('grace');
    await grace.get('/users/welcome').expect(200);
    await grace.post('/users/logout').expect(303);
    await grace.get('/api/v1/auth/me').expect(401);
  });

  it('lets a guest log out', async () => {
    expect(undocumented(await app.agent().post('/api/v1/auth/logout'))).toEqual([]);
  });

  it('returns a token with which a client without an origin may make changes', async () => {
    const grace = await app.loggedIn('grace');
    const me = await grace.get('/api/v1/auth/me');
    const change = () =>
      grace.patch(`/api/v1/users/${me.body.id}`).unset('Origin').send({ username: 'Grace' });
    await change().expect(403);
    await change().set('X-CSRF-Token', me.headers['x-csrf-token']).expect(200);
  });
});
