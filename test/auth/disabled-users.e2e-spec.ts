import type { Response } from 'supertest';
import { PasswordHasher } from '../../src/auth/passwords/password-hasher';
import { BcryptPasswordHasher } from '../../src/auth/passwords/bcrypt-password-hasher';
import { UsersService } from '../../src/users/users-service';
import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, flashes, setCookie, submit, withoutFormKeys } from '../support/page';
import { countSessions, LIVE } from '../support/probes';

const DISABLED = 'Your account has been disabled.';

/** The real hasher, which also records its calls. */
class RecordingHasher extends BcryptPasswordHasher {
  readonly calls: string[] = [];

  override hash(password: string): Promise<string> {
    this.calls.push('hash');
    return super.hash(password);
  }

  override verify(password: string, passwordHash: string): Promise<boolean> {
    this.calls.push('verify');
    return super.verify(password, passwordHash);
  }

  override simulateVerify(password: string): Promise<false> {
    this.calls.push('simulateVerify');
    return super.simulateVerify(password);
  }
}

describe('A disabled user', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [{ token: PasswordHasher, useClass: RecordingHasher }]);
    second = await app.another();
  });
  afterAll(() => app.close());

  const users = () => app.app.get(UsersService, { strict: false });
  const calls = () => app.app.get<RecordingHasher>(PasswordHasher, { strict: false }).calls;

  /** A response without the parts that differ each time. */
  const comparable = ({ status, headers, text }: Response) => {
    const { date: _, 'x-request-id': id, ...rest } = headers as Record<string, string>;
    return { status, headers: rest, text: withoutFormKeys(text.replaceAll(id, 'ID')) };
  };

  it('is a guest from the next request on, on every instance, and sees the reason once', async () => {
    const { id, agent } = await app.user('ada');
    const phone = await second.loggedIn('ada');
    const tablet = await second.loggedIn('ada');
    await phone.get('/users/welcome').expect(200);
    await users().disable(id);

    await phone.get('/users/welcome').expect(303).expect('Location', '/users/login?next=%2Fusers%2Fwelcome');
    expect(flashes(await phone.get('/users/login'))).toEqual([DISABLED, 'Please log in first']);
    expect(flashes(await phone.get('/users/login'))).toEqual([]);
    expect((await tablet.get('/api/v1/auth/me').expect(401)).body).toMatchObject({ reason: 'user_disabled' });
    expect(flashes(await agent.get('/'))).toEqual([DISABLED]);
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(0);
  });

  it('is a guest with the reason even if only the row was changed', async () => {
    const { id, agent } = await app.user('row');
    await app.write(`UPDATE users SET disabled_at = 1 WHERE id = ${id}`);
    expect(flashes(await agent.get('/'))).toEqual([DISABLED]);
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(0);
  });

  it('gets exactly the response to a wrong password from log-in', async () => {
    const id = await app.signUp('grace');
    const tries = [PASSWORD, 'not the password'];
    const answersOf = async () => {
      const answers: Response[] = [];
      for (const password of tries) {
        const credentials = { username: 'grace', password };
        answers.push(await submit(app.agent(), '/users/login', credentials));
        answers.push(await app.agent().post('/api/v1/auth/login').send(credentials));
      }
      return answers.map(comparable);
    };
    const [, , wrongOnPage, wrongInApi] = await answersOf();
    expect([wrongOnPage.status, wrongInApi.status]).toEqual([401, 401]);
    await users().disable(id);
    expect(await answersOf()).toEqual([wrongOnPage, wrongInApi, wrongOnPage, wrongInApi]);
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(0);
  });

  it('costs a log-in one verification and no new hash, like a wrong password', async () => {
    const id = await app.signUp('slow');
    const [{ hash }] = await app.dataSource.query<{ hash: string }[]>(
      `SELECT password_hash AS hash FROM users WHERE id = ${id}`,
    );
    // A hash that a log-in would replace: the response must not reveal its scheme.
    await app.write(`UPDATE users SET password_hash = '${hash.replace(/^\{[^}]*\}/, '')}' WHERE id = ${id}`);
    await users().disable(id);
    const before = calls().length;
    await app.agent().post('/api/v1/auth/login').send({ username: 'slow', password: PASSWORD }).expect(401);
    // As for an unknown name: a right password must not be quicker than a wrong one.
    expect(calls().slice(before)).toEqual(['simulateVerify']);
  });

  it('is not remembered by any device, which shows the reason', async () => {
    const id = await app.signUp('device');
    const credentials = { username: 'device', password: PASSWORD, remember: true };
    const login = await app.agent().post('/api/v1/auth/login').send(credentials).expect(200);
    const remember = cookiePair(login, 'remember');
    await users().disable(id);
    const page = await second.agent().get('/').set('Cookie', remember);
    expect(flashes(page)).toEqual([DISABLED]);
    expect(setCookie(page, 'remember')).toMatch(/^remember=;/);
    expect(setCookie(page, 'sid')).toBeUndefined();

    await users().enable(id);
    await second.agent().get('/api/v1/auth/me').set('Cookie', remember).expect(401);
  });

  it('is not remembered even by a device whose own row is still valid', async () => {
    const id = await app.signUp('quiet');
    const credentials = { username: 'quiet', password: PASSWORD, remember: true };
    const login = await app.agent().post('/api/v1/auth/login').send(credentials).expect(200);
    await app.write(`UPDATE users SET disabled_at = 1 WHERE id = ${id}`);
    const page = await second.agent().get('/').set('Cookie', cookiePair(login, 'remember'));
    expect(flashes(page)).toEqual([DISABLED]);
    // Cleared, and not set earlier in the same response.
    expect(
      (page.headers['set-cookie'] as unknown as string[]).filter((line) => /^remember=/.test(line)),
    ).toEqual([expect.stringMatching(/^remember=;/)]);
    await app.write(`UPDATE users SET disabled_at = NULL WHERE id = ${id}`);
    await second.agent().get('/api/v1/auth/me').set('Cookie', cookiePair(login, 'remember')).expect(401);
  });

  it('may log in again when enabled, but the old sessions stay ended', async () => {
    const { id, agent } = await app.user('back');
    await users().disable(id);
    await users().enable(id);
    await agent.get('/api/v1/auth/me').expect(401);
    await (await app.loggedIn('back')).get('/api/v1/auth/me').expect(200);
  });

  it('does not affect other users, and an unknown user cannot be disabled', async () => {
    const { agent } = await app.user('bystander');
    await users().disable(await app.signUp('another-user'));
    await agent.get('/api/v1/auth/me').expect(200);
    await expect(users().disable(999_999)).rejects.toThrow('Not Found');
    await expect(users().enable(999_999)).rejects.toThrow('Not Found');
  });
});
