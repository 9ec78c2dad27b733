import { type LoadedSession, SessionEngine } from '../../src/sessions/session-engine';
import { UsersService } from '../../src/users/users-service';
import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, flashes, setCookie } from '../support/page';
import { countSessions, EngineOfSuite, LIVE } from '../support/probes';

const NEW = 'a heron stands in the rain';
const CHANGED = 'Your password was changed; please log in again.';

/** Pauses the creation of a session, just before it is stored, while a test does something else. */
class HesitantEngine extends EngineOfSuite {
  static hold: Promise<void> | undefined;
  static reached: () => void = () => undefined;

  override async create(...session: Parameters<SessionEngine['create']>): Promise<LoadedSession> {
    HesitantEngine.reached();
    await HesitantEngine.hold;
    return super.create(...session);
  }
}

describe('A session with an outdated security version', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another({}, [{ token: SessionEngine, useClass: HesitantEngine }]);
  });
  afterEach(() => {
    HesitantEngine.hold = undefined;
  });
  afterAll(() => app.close());

  const users = () => app.app.get(UsersService, { strict: false });
  const raise = (id: number) =>
    app.write(`UPDATE users SET security_version = security_version + 1 WHERE id = ${id}`);
  const me = (cookie: string) => app.agent().get('/api/v1/auth/me').set('Cookie', cookie);

  /** Logs in on the second instance; `meanwhile` runs after the password is verified and before the session is stored. */
  async function logInAround(meanwhile: () => Promise<unknown>, username: string, remember = false) {
    let open = () => {};
    HesitantEngine.hold = new Promise((resolve) => (open = resolve));
    const reached = new Promise<void>((resolve) => (HesitantEngine.reached = resolve));
    const credentials = { username, password: PASSWORD, remember };
    const login = second
      .agent()
      .post('/api/v1/auth/login')
      .send(credentials)
      .then((answer) => answer);
    await reached;
    await meanwhile();
    open();
    return login;
  }

  it('ends at once wherever it is used, and that response shows the reason', async () => {
    const { id, agent } = await app.user('ada');
    await raise(id);
    const page = await agent.get('/').expect(200);
    expect(flashes(page)).toEqual([CHANGED]);
    expect(page.text).toContain('href="/users/login"');
    expect(flashes(await agent.get('/'))).toEqual([]);
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(0);
  });

  it('gets the reason in a problem of the API on every request', async () => {
    const { id, agent } = await app.user('api');
    await raise(id);
    for (let i = 0; i < 2; i += 1) {
      const answer = await agent.get('/api/v1/auth/me').expect(401);
      expect(answer.body).toMatchObject({ reason: 'password_changed' });
      expect(setCookie(answer, 'sid')).toBeUndefined();
    }
    expect(await countSessions(app, `user_id = ${id} AND end_reason = 'password_changed'`)).toBe(1);
  });

  it('shows the reason in one of many tabs, and leaves no cookie and no row', async () => {
    const { id, agent } = await app.user('tabs');
    await raise(id);
    const before = await countSessions(app);
    const pages = await Promise.all(Array.from({ length: 10 }, () => agent.get('/').expect(200)));
    expect(pages.flatMap((page) => flashes(page))).toEqual([CHANGED]);
    expect(pages.map((page) => setCookie(page, 'sid'))).toEqual(Array(10).fill(undefined));
    expect(await countSessions(app)).toBeLessThanOrEqual(before);
  });

  it('ends the remembered device too, and shows the reason only once', async () => {
    const id = await app.signUp('device');
    const agent = app.agent();
    await agent.post('/api/v1/auth/login').send({ username: 'device', password: PASSWORD, remember: true });
    await raise(id);
    const page = await agent.get('/');
    expect(flashes(page)).toEqual([CHANGED]);
    expect(setCookie(page, 'remember')).toMatch(/^remember=;/);
    expect(flashes(await agent.get('/'))).toEqual([]);
  });

  it('is not restored by a remembered device with that version, which gets the reason', async () => {
    const id = await app.signUp('aged');
    const credentials = { username: 'aged', password: PASSWORD, remember: true };
    const login = await app.agent().post('/api/v1/auth/login').send(credentials).expect(200);
    await raise(id);
    const device = app.agent().set('Cookie', cookiePair(login, 'remember'));
    expect(flashes(await device.get('/'))).toEqual([CHANGED]);
    await app.write(`UPDATE users SET security_version = 1 WHERE id = ${id}`);
    await me(cookiePair(login, 'remember')).expect(401);
  });

  it("writes nothing: a POST with it is a guest's", async () => {
    const { id, agent } = await app.user('writer');
    await raise(id);
    await agent.post(`/api/v1/users/${id}/messages`).send({ content: 'too late' }).expect(401);
    const messages = await app.agent().get('/api/v1/messages');
    expect(messages.text).not.toContain('too late');
  });

  it('counts as version 1 if neither the user nor the session has one, as in older releases', async () => {
    const { id, agent } = await app.user('imported');
    const [{ password_hash: hash }] = await app.dataSource.query<{ password_hash: string }[]>(
      `SELECT password_hash FROM users WHERE id = ${id}`,
    );
    // As written by another system, or by a back-up of an older release.
    await app.write(
      `INSERT INTO users (username, username_canonical, password_hash, created_at, updated_at) VALUES ('old', 'old', '${hash}', 1, 1)`,
    );
    await (await app.loggedIn('old')).get('/api/v1/auth/me').expect(200);

    const [{ data }] = await app.dataSource.query<{ data: string }[]>(
      `SELECT data FROM sessions WHERE user_id = ${id}`,
    );
    const { securityVersion, ...former } = JSON.parse(data) as Record<string, unknown>;
    expect(securityVersion).toBe(1);
    await app.write(`UPDATE sessions SET data = '${JSON.stringify(former)}' WHERE user_id = ${id}`);
    await agent.get('/api/v1/auth/me').expect(200);
    await raise(id);
    await agent.get('/api/v1/auth/me').expect(401);
  });

  it('is created by a log-in that verified the old password before it changed', async () => {
    const { id, agent } = await app.user('racer');
    const login = await logInAround(
      () =>
        agent.post('/api/v1/auth/password').send({ currentPassword: PASSWORD, newPassword: NEW }).expect(204),
      'racer',
    );
    expect(login.status).toBe(200);
    const answer = await me(cookiePair(login, 'sid')).expect(401);
    expect(answer.body).toMatchObject({ reason: 'password_changed' });
    await agent.get('/api/v1/auth/me').expect(200);
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(1);
  });

  it('is created by such a log-in with remember-me too, and the device is not remembered', async () => {
    const { agent } = await app.user('keeper');
    const change = { currentPassword: PASSWORD, newPassword: NEW };
    const login = await logInAround(
      () => agent.post('/api/v1/auth/password').send(change).expect(204),
      'keeper',
      true,
    );
    expect(setCookie(login, 'sid')).toBeUndefined(); // its family ended with the others and is already rolled back
    const answer = await me(cookiePair(login, 'remember')).expect(401);
    expect(answer.body).toMatchObject({ reason: 'password_changed' });
  });

  it('ends with the reason of a deletion if the user was deleted during the log-in', async () => {
    const { id, agent } = await app.user('gone');
    const login = await logInAround(() => agent.delete(`/api/v1/users/${id}`).expect(204), 'gone');
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(1);
    const answer = await me(cookiePair(login, 'sid')).expect(401);
    expect(answer.body).toMatchObject({ reason: 'user_deleted' });
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(0);
  });

  it('ends with the reason of a disabled user if the user was disabled during the log-in', async () => {
    const { id } = await app.user('barred');
    const login = await logInAround(() => users().disable(id), 'barred');
    const answer = await me(cookiePair(login, 'sid')).expect(401);
    expect(answer.body).toMatchObject({ reason: 'user_disabled' });
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(0);
  });

  it('results from each of many concurrent changes', async () => {
    const { id } = await app.user('counted');
    await Promise.all(Array.from({ length: 20 }, () => users().disable(id)));
    const [row] = await app.dataSource.query<{ security_version: number }[]>(
      `SELECT security_version FROM users WHERE id = ${id}`,
    );
    expect(row.security_version).toBe(21);
  });
});
