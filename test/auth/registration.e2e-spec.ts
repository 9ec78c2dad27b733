import { Injectable } from '@nestjs/common';
import { CodeOptions } from '../../src/options/code-options';
import {
  AuthenticationBackend,
  type BackendAnswer,
  type PasswordAttempt,
  SettingsError,
  UsersService,
} from '../../src/index';
import { checkOptions } from '../../src/options/option-settings';
import { PASSWORD, TestApp } from '../support/app';
import { entries } from '../support/audit';
import { Mailbox } from '../support/mailbox';
import { fieldError, flashes, submit } from '../support/page';

const SIGNUP = '/api/v1/auth/signup';
const UNCONFIRMED =
  'Confirm your e-mail address before you log in. The link to do so goes there again, at most five times in an hour.';

const signUp = (app: TestApp, username: string, email?: string) =>
  app.agent().post(SIGNUP).send({ username, password: PASSWORD, email });
const logIn = (app: TestApp, username: string, password = PASSWORD) =>
  app.agent().post('/api/v1/auth/login').send({ username, password });

describe('With REGISTRATION=closed', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ REGISTRATION: 'closed' });
  });
  afterAll(() => app.close());

  it('there is nothing at the addresses of the sign-up', async () => {
    await signUp(app, 'ada').expect(404);
    await signUp(app, '').expect(404);
    await app.agent().get('/users/signup').expect(404);
    await app.agent().post('/users/signup').type('form').send({ username: 'ada' }).expect(404);
  });

  it.each(['/', '/users/login', '/messages'])('nothing at %s leads there', async (path) => {
    const { text } = await app.agent().get(path).expect(200);
    expect(text).not.toContain('signup');
  });

  it('the description of the API does not have it', async () => {
    const { body } = await app.agent().get('/api/openapi.json').expect(200);
    const paths = Object.keys((body as { paths: object }).paths);
    expect(paths).toContain('/api/v1/auth/login');
    expect(paths).not.toContain(SIGNUP);
  });

  it('accounts made by commands and code log in', async () => {
    const users = app.app.get(UsersService, { strict: false });
    await users.create({ username: 'grace', password: PASSWORD });
    await logIn(app, 'grace').expect(200);
  });
});

@Injectable()
class Vouching extends AuthenticationBackend {
  constructor(private readonly users: UsersService) {
    super();
  }

  async authenticate({ username }: PasswordAttempt): Promise<BackendAnswer> {
    return username === 'vouched-for' ? this.users.provision({ username, system: 'directory' }) : 'not mine';
  }
}

describe('With EMAIL_CONFIRMED', () => {
  let app: TestApp;
  let mailbox: Mailbox;
  beforeAll(async () => {
    app = await TestApp.start({ EMAIL_CONFIRMED: 'on' });
    mailbox = new Mailbox(app);
  });
  afterAll(() => app.close());

  const confirm = async (email: string) => {
    const token = await mailbox.token(email);
    await app.agent().post('/api/v1/auth/email-confirmation').send({ token }).expect(204);
  };

  it('a sign-up needs an address, and its user logs in once it is confirmed', async () => {
    const without = await submit(app.agent(), '/users/signup', { username: 'ada', password: PASSWORD });
    expect(fieldError(without, 'email')).toBe('This field is required.');
    await signUp(app, 'ada', 'ada@example.com').expect(201);
    await logIn(app, 'ada').expect(401);
    await confirm('ada@example.com');
    await logIn(app, 'ada').expect(200);
  });

  it('a log-in before that mails the link again, and leaves a guest without a session', async () => {
    const { body } = await signUp(app, 'bea', 'bea@example.com').expect(201);
    const agent = app.agent();
    const page = await submit(agent, '/users/login', { username: 'bea', password: PASSWORD }).expect(401);
    expect(flashes(page)).toEqual([UNCONFIRMED]);
    await agent.get('/api/v1/auth/me').expect(401);
    expect(await mailbox.to('bea@example.com')).toHaveLength(2);
    const { id } = body as { id: number };
    expect((await entries(app)).at(-1)).toMatchObject({ name: 'auth.loginFailed', user_id: id });
    await confirm('bea@example.com');
    await logIn(app, 'bea').expect(200);
  });

  it('a wrong password does not tell whether the address is confirmed', async () => {
    await signUp(app, 'cleo', 'cleo@example.com').expect(201);
    const { body } = await logIn(app, 'cleo', 'not the password').expect(401);
    expect(body).toMatchObject({ detail: 'Invalid credentials. Please try again.' });
    expect(await mailbox.to('cleo@example.com')).toHaveLength(1);
  });

  it('the address cannot be removed', async () => {
    const { body } = await signUp(app, 'dee', 'dee@example.com').expect(201);
    await confirm('dee@example.com');
    const agent = await app.loggedIn('dee');
    await agent
      .patch(`/api/v1/users/${(body as { id: number }).id}`)
      .send({ email: null })
      .expect(422);
  });

  it('a user whose password is elsewhere needs none: the other system vouches for them', async () => {
    const options = Object.assign(new CodeOptions(), { backends: [Vouching] });
    const other = await app.another({}, [{ token: CodeOptions, value: options }]);
    await logIn(other, 'vouched-for').expect(200);
  });
});

describe('With EMAIL_DOMAINS', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ EMAIL_DOMAINS: 'example.com,xn--exmple-cua.de' });
  });
  afterAll(() => app.close());

  it.each([
    ['eve@evil.example', 422],
    ['eve@example.com.evil.example', 422],
    ['eve@sub.example.com', 422],
    ['ada@EXAMPLE.com', 201],
    ['bea@exämple.de', 201],
  ])('a sign-up by %s gets %d', async (email, status) => {
    const { body } = await signUp(app, `${email.slice(0, 3)}${status}`, email).expect(status);
    if (status === 422)
      expect(body).toMatchObject({
        errors: { email: ['Use an address at example.com or xn--exmple-cua.de.'] },
      });
  });

  it('an address counts once it is confirmed, and can be changed to one of these domains alone', async () => {
    const { body } = await signUp(app, 'grace', 'grace@example.com').expect(201);
    await logIn(app, 'grace').expect(401);
    const token = await new Mailbox(app).token('grace@example.com');
    await app.agent().post('/api/v1/auth/email-confirmation').send({ token }).expect(204);
    const agent = await app.loggedIn('grace');
    const change = (email: string) =>
      agent.patch(`/api/v1/users/${(body as { id: number }).id}`).send({ email });
    await change('grace@evil.example').expect(422);
    await change('hopper@example.com').expect(200);
  });
});

it.each([
  [{ registration: 'invitation' }, 'users.registration may be open or closed'],
  [{ confirmedEmail: 'yes' }, 'users.confirmedEmail may be on or off'],
  [{ domains: ['@example.com'] }, 'users.domains may be domains in lower case such as example.com'],
])('the options %j are refused by their names', (users, message) => {
  expect(() => checkOptions({ users } as never)).toThrow(SettingsError);
  expect(() => checkOptions({ users } as never)).toThrow(message);
});
