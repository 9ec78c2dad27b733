import { setTimeout as delay } from 'node:timers/promises';
import { ForbiddenException, Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { CodeOptions } from '../../src/options/code-options';
import {
  AuthenticationBackend,
  type BackendAnswer,
  PasswordBackend,
  type PasswordAttempt,
  UsersService,
} from '../../src/index';
import { PASSWORD, TestApp } from '../support/app';
import { entries } from '../support/audit';
import { Mailbox } from '../support/mailbox';
import { fieldError, submit } from '../support/page';

const DIRECTORY_PASSWORD = 'the password of the directory';
const WRONG = 'not the password at all';
const LOGIN = '/api/v1/auth/login';
const MINUTE = 60_000;

/** A directory in memory, which notes what it was asked. */
@Injectable()
class Directory extends AuthenticationBackend {
  static asked: { username: string; password: string }[] = [];
  static answer: (signal: AbortSignal) => Promise<unknown> = () => Promise.resolve();
  static readonly names = new Set(['dora', 'dave', 'dina', 'dirk', 'dot', 'ada', 'no name']);

  constructor(private readonly users: UsersService) {
    super();
  }

  async authenticate(
    { username, password, request }: PasswordAttempt,
    signal: AbortSignal,
  ): Promise<BackendAnswer> {
    Directory.asked.push({ username, password });
    await Directory.answer(signal);
    if (!Directory.names.has(username)) return 'not mine';
    if (password !== DIRECTORY_PASSWORD) return 'wrong password';
    const email = `${username.replace(' ', '')}@example.com`;
    return this.users.provision({ username, email, system: 'directory' }, request);
  }
}

const backends = (...classes: CodeOptions['backends'] & object) => [
  { token: CodeOptions, value: Object.assign(new CodeOptions(), { backends: classes }) },
];

describe('Authentication backends', () => {
  let app: TestApp;
  /** The same accounts, with the backends in the other order. */
  let reversed: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, backends(Directory, PasswordBackend));
    reversed = await app.another({}, backends(PasswordBackend, Directory));
    await app.signUp('local');
  });
  beforeEach(() => {
    Directory.asked = [];
    Directory.answer = () => Promise.resolve();
  });
  afterAll(() => app.close());

  const attempt = (username: string, password = DIRECTORY_PASSWORD, instance = app) =>
    instance.agent().post(LOGIN).send({ username, password });
  const logIn = async (username: string) => (await attempt(username).expect(200)).body as { id: number };
  const users = () => app.app.get(UsersService, { strict: false });

  it('create an account at the first log-in and find it at the next', async () => {
    const { id } = await logIn('dora');
    expect(await logIn('dora')).toMatchObject({ id, username: 'dora' });
    expect((await users().get(id)).passwordHash).toMatch(/^!/);
  });

  it('create one account at two first log-ins at once', async () => {
    const [one, other] = await Promise.all([logIn('dave'), logIn('dave')]);
    expect(one.id).toBe(other.id);
  });

  it('are asked in order: a user whom the first does not know is the next one’s', async () => {
    await attempt('local', PASSWORD).expect(200);
    expect(Directory.asked).toEqual([{ username: 'local', password: PASSWORD }]);
    await attempt('local', PASSWORD, reversed).expect(200);
    expect(Directory.asked).toHaveLength(1);
  });

  describe('refuse', () => {
    /** The answer, and the work of each backend. */
    async function refusal(instance: TestApp, username: string, password: string) {
      Directory.asked = [];
      const compare = jest.spyOn(bcrypt, 'compare');
      const { status, body } = await attempt(username, password, instance);
      const rounds = compare.mock.calls.reduce((sum, [, hash]) => sum + 2 ** Number(hash.slice(4, 6)), 0);
      compare.mockRestore();
      const { instance: _, requestId: __, ...problem } = body as Record<string, unknown>;
      return { status, problem, rounds, asked: Directory.asked.length };
    }

    it.each(['in this order', 'in the other order'])(
      'with the same work and answer for every name, %s',
      async (order) => {
        const instance = order === 'in this order' ? app : reversed;
        await users().disable((await logIn('dot')).id);
        const unknown = await refusal(instance, 'unknown', WRONG);
        expect(unknown).toMatchObject({ status: 401, rounds: 2 ** 4, asked: 1 });
        expect(await refusal(instance, 'local', WRONG)).toEqual(unknown);
        expect(await refusal(instance, 'dora', WRONG)).toEqual(unknown);
        expect(await refusal(instance, 'dina', WRONG)).toEqual(unknown); // has never logged in
        expect(await refusal(instance, 'dot', DIRECTORY_PASSWORD)).toEqual(unknown);
        await users().enable((await users().findByUsername('dot'))!.id);
      },
    );

    it('and tell no name or password to the backends behind the one that knows the user', async () => {
      await attempt('local', WRONG, reversed).expect(401);
      expect(Directory.asked).toEqual([{ username: '.', password: 'x'.repeat(WRONG.length) }]);
    });

    it('with the event of a failed log-in, at the account if there is one', async () => {
      const { id } = await logIn('dora');
      await attempt('dora', WRONG).expect(401);
      expect((await entries(app)).at(-1)).toMatchObject({ name: 'auth.loginFailed', user_id: id });
    });
  });

  it('give the account of a name to one user of one system', async () => {
    const users = app.app.get(UsersService, { strict: false });
    const first = await users.provision({ username: 'ida', system: 'ldap', subject: 'one' });
    const again = await users.provision({ username: 'IDA', system: 'ldap', subject: 'one' });
    expect(again.id).toBe(first.id);
    for (const other of [
      { username: 'ida', system: 'ldap', subject: 'two' },
      { username: 'ida', system: 'ldap' },
      { username: 'ida', system: 'oidc', subject: 'one' },
    ])
      await expect(users.provision(other)).rejects.toMatchObject({ status: 409 });
    const named = await users.provision({ username: 'strasse', system: 'ldap' });
    await expect(users.provision({ username: 'Strasse', system: 'ldap' })).rejects.toMatchObject({
      status: 409,
    });
    expect((await users.provision({ username: 'strasse', system: 'ldap' })).id).toBe(named.id);
  });

  it('are not asked about an empty password, or one or a name that is too long', async () => {
    const agent = app.agent();
    await submit(agent, '/users/login', { username: 'dora', password: '' }).expect(401);
    await attempt('dora', 'x'.repeat(4_097)).expect(401);
    await attempt('x'.repeat(400)).expect(401);
    expect(Directory.asked).toEqual([]);
  });

  it('are not asked by a throttled attempt', async () => {
    const throttled = await app.another({ THROTTLE: 'on' }, backends(Directory, PasswordBackend));
    for (let tries = 0; tries < 5; tries += 1) await attempt('dirk', WRONG, throttled).expect(401);
    Directory.asked = [];
    await attempt('dirk', DIRECTORY_PASSWORD, throttled).expect(429);
    expect(Directory.asked).toEqual([]);
  });

  describe('that do not answer', () => {
    const failing = () => (Directory.answer = () => Promise.reject(new Error('ECONNREFUSED')));

    it('get 503, as a problem and as a page, and the next one is not asked', async () => {
      failing();
      const { body } = await attempt('local', PASSWORD).expect(503).expect('Retry-After', '1');
      expect(body).toMatchObject({
        detail: 'We cannot check passwords right now. Please try again in a moment.',
      });
      const page = await submit(app.agent(), '/users/login', { username: 'local', password: PASSWORD });
      expect([page.status, page.text.includes('We cannot check passwords right now.')]).toEqual([503, true]);
    });

    it('get 503 for every wrong password, also of a user whom an earlier backend knows', async () => {
      failing();
      await attempt('local', WRONG, reversed).expect(503);
      await attempt('unknown', WRONG, reversed).expect(503);
      await attempt('local', PASSWORD, reversed).expect(200);
    });

    it('are given up within the deadline of the request, and are told so', async () => {
      let isAborted = false;
      Directory.answer = (signal) => {
        signal.addEventListener('abort', () => (isAborted = true));
        return delay(10_000, undefined, { ref: false });
      };
      const begun = performance.now();
      await attempt('dora').expect(503);
      expect(performance.now() - begun).toBeLessThan(2_000);
      expect(isAborted).toBe(true);
    });

    it('do not count as a wrong password', async () => {
      const throttled = await app.another({ THROTTLE: 'on' }, backends(Directory, PasswordBackend));
      failing();
      for (let tries = 0; tries < 8; tries += 1) await attempt('dina', WRONG, throttled).expect(503);
      Directory.answer = () => Promise.resolve();
      await attempt('dina', DIRECTORY_PASSWORD, throttled).expect(200);
    });

    it('are told from those that refuse by an HttpException, which is the answer', async () => {
      Directory.answer = () => Promise.reject(new ForbiddenException('Your contract has ended.'));
      const { body } = await attempt('dora').expect(403);
      expect(body).toMatchObject({ detail: 'Your contract has ended.' });
    });
  });

  describe('and the account of a user whose password is elsewhere', () => {
    it('is never one with a password here', async () => {
      await reversed.signUp('ada');
      await attempt('ada').expect(409);
      await attempt('ada', PASSWORD, reversed).expect(200);
    });

    it('needs a name that accounts can have', async () => {
      const { body } = await attempt('no name').expect(422);
      expect(Object.keys((body as { errors: object }).errors)).toEqual(['username']);
    });

    it('confirms with the password of its backend', async () => {
      await logIn('dora');
      const agent = await app.loggedIn('dora', DIRECTORY_PASSWORD);
      app.clock.advance(11 * MINUTE);
      const again = (password: string) => agent.post('/api/v1/auth/reauthenticate').send({ password });
      await again(WRONG).expect(422);
      await again(DIRECTORY_PASSWORD).expect(204);
      expect(Directory.asked.at(-1)).toEqual({ username: 'dora', password: DIRECTORY_PASSWORD });
    });

    it('does not take the password of the account that a backend answers with instead', async () => {
      const agent = await app.loggedIn('dora', DIRECTORY_PASSWORD);
      const { id } = await logIn('dave');
      const dave = await users().get(id);
      const other = jest.spyOn(Directory.prototype, 'authenticate').mockResolvedValueOnce(dave);
      await agent.post('/api/v1/auth/reauthenticate').send({ password: DIRECTORY_PASSWORD }).expect(422);
      other.mockRestore();
    });

    it('has no password to change, and no name', async () => {
      const { id } = await logIn('dora');
      const agent = await app.loggedIn('dora', DIRECTORY_PASSWORD);
      const body = { currentPassword: DIRECTORY_PASSWORD, newPassword: 'a heron stands in the rain' };
      const page = await submit(agent, '/account/password', body).expect(422);
      const why = 'Another system keeps the password of this account. Change it there.';
      expect(fieldError(page, 'currentPassword')).toBe(why);
      const { body: problem } = await agent.patch(`/api/v1/users/${id}`).send({ username: 'doro' });
      expect(problem).toMatchObject({ errors: { username: ['Another system manages this name.'] } });
      expect((await users().get(id)).passwordHash).toMatch(/^!/);
    });

    it('gets a mail that says so in place of a link to reset its password', async () => {
      await logIn('dora');
      const reset = '/api/v1/auth/password-reset';
      await app.agent().post(reset).send({ email: 'dora@example.com' }).expect(204);
      const { text, links } = await new Mailbox(app).latest('dora@example.com');
      expect(links).toEqual([]);
      expect(text).toContain(
        'You cannot choose one here:\n\ndora\nAnother system keeps the password of this account. Change it there.\n',
      );
    });

    it('does not log in by any password once its backend is gone', async () => {
      await logIn('dora');
      const alone = await app.another();
      for (const password of ['!', DIRECTORY_PASSWORD, PASSWORD])
        await attempt('dora', password, alone).expect(401);
      await attempt('local', PASSWORD, alone).expect(200);
    });
  });
});
