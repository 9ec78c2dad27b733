import { SessionEngine } from '../../src/sessions/session-engine';
import { applicationWith, TestApp } from '../support/app';
import { cookiePair, flashes, setCookie, submit } from '../support/page';
import { ProbeModule } from '../support/probe.module';
import { countSessions, RecordingEngine } from '../support/probes';

/** The real engine, whose store can be made to fail. */
class FailingEngine extends RecordingEngine {
  broken: 'load' | 'commit' | 'touch' | null = null;
  code = '';

  override load(idHash: string) {
    return this.broken === 'load'
      ? Promise.reject(Object.assign(new Error('gone'), { code: this.code }))
      : super.load(idHash);
  }

  override commit(...parts: Parameters<RecordingEngine['commit']>) {
    return this.broken === 'commit' ? Promise.reject(new Error('disk full')) : super.commit(...parts);
  }

  override create(...session: Parameters<RecordingEngine['create']>) {
    return this.broken === 'commit' ? Promise.reject(new Error('disk full')) : super.create(...session);
  }

  override touch(idHash: string) {
    return this.broken === 'touch' ? Promise.reject(new Error('read-only')) : super.touch(idHash);
  }
}

describe('When a session is broken', () => {
  let app: TestApp;

  beforeAll(async () => {
    const failing = [{ token: SessionEngine, useClass: FailingEngine }];
    app = await TestApp.start({}, failing, applicationWith(ProbeModule));
    await app.signUp('ada');
  });
  afterAll(() => app.close());
  afterEach(() => {
    engine().broken = null;
  });

  const engine = () => app.app.get<FailingEngine>(SessionEngine);
  const with_ = (cookie: string) => app.agent().set('Cookie', cookie);
  async function sessionCookie(): Promise<string> {
    const credentials = { username: 'ada', password: 'correct horse battery staple' };
    return cookiePair(await app.agent().post('/api/v1/auth/login').send(credentials).expect(200), 'sid');
  }

  it.each([
    ['no JSON', 'not { json'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[1,2]'],
    ['a text', '"text"'],
    ['a user ID that is a text', '{"userId":"1"}'],
    ['a user ID that is no number at all', '{"userId":{"x":1}}'],
    ['a user ID that is null', '{"userId":null}'],
    ['a user ID beyond any', '{"userId":1e300}'],
    ['a user ID beyond what the column holds', '{"userId":4294967297}'],
    ['a user ID with a fraction', '{"userId":1.5}'],
    ['a security version that is a text', '{"userId":1,"securityVersion":"1"}'],
  ])('a row that holds %s is a guest’s, and no error', async (_, data) => {
    const cookie = await sessionCookie();
    await app.write(`UPDATE sessions SET data = '${data}'`);
    await with_(cookie).get('/').expect(200);
    await with_(cookie).get('/api/v1/auth/me').expect(401);
    await with_(cookie).get('/users/welcome').expect(303);
    await submit(with_(cookie), '/users/logout').expect(303);
  });

  it.each([
    ['counters that are a text', '{"userId":1,"counters":"text"}'],
    ['counters that are null', '{"userId":1,"counters":null}'],
    ['a time of log-in that is a text', '{"userId":1,"authenticatedAt":"yesterday"}'],
  ])('a row that holds %s leads to no error', async (_, data) => {
    const cookie = await sessionCookie();
    await app.write(`UPDATE sessions SET data = '${data}'`);
    const page = await with_(cookie).get('/users/welcome').expect(200);
    expect(flashes(page)).toEqual([]);
    await with_(cookie).get('/lab').expect(200);
    await submit(with_(cookie), '/lab/counter').expect(303);
  });

  it('a handler that throws stores nothing in the session, and no flash', async () => {
    const cookie = await sessionCookie();
    await with_(cookie).post('/probe/failure').expect(500);
    const { body } = await with_(cookie).get('/probe/values').expect(200);
    expect(Object.keys(body).sort()).toEqual(['authenticatedAt', 'securityVersion', 'userId']);
  });

  it('a handler that throws gives a guest no session, no cookie and no flash', async () => {
    const before = await countSessions(app);
    const answer = await app.agent().post('/probe/failure').expect(500);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await countSessions(app)).toBe(before);
  });

  it.each([
    ['refuses connections', 'ECONNREFUSED'],
    ['has lost its socket', 'ENOENT'],
    ['fails otherwise', ''],
  ])("a request gets 503 and is not treated as a guest's while the store %s", async (_, code) => {
    const cookie = await sessionCookie();
    engine().broken = 'load';
    engine().code = code;
    await with_(cookie)
      .get('/api/v1/auth/me')
      .expect(503)
      .expect('Retry-After', '1')
      .expect('Content-Type', /problem\+json/);
    await with_(cookie).get('/users/welcome').expect(503).expect('Content-Type', /html/);
    await app.agent().get('/').expect(200); // a visitor without a session does not need it
    engine().broken = null;
    await with_(cookie).get('/api/v1/auth/me').expect(200);
  });

  it('a response is replaced by 503, without redirect and cookie, if the session could not be saved', async () => {
    const cookie = await sessionCookie();
    engine().broken = 'commit';
    const counted = await submit(with_(cookie), '/lab/counter').expect(503);
    expect(counted.headers.location).toBeUndefined();
    const started = await submit(app.agent(), '/lab/counter').expect(503);
    expect(setCookie(started, 'sid')).toBeUndefined();
    const login = await submit(app.agent(), '/users/login', {
      username: 'ada',
      password: 'correct horse battery staple',
    });
    expect(login.status).toBe(503);
    expect(setCookie(login, 'sid')).toBeUndefined();
    expect(login.headers.location).toBeUndefined();
  });

  it('pages can be read while the store is read-only', async () => {
    const cookie = await sessionCookie();
    app.clock.advance(2 * 60_000);
    engine().broken = 'touch';
    await with_(cookie).get('/users/welcome').expect(200);
  });
});
