import { SessionEngine } from '../../src/sessions/session-engine';
import { applicationWith, TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { cookiePair, flashes, setCookie, submit } from '../support/page';
import { gate, ProbeModule } from '../support/probe.module';
import { countSessions, LIVE, RecordingEngine } from '../support/probes';

describe('A request overtaken', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    const recording = [{ token: SessionEngine, useClass: RecordingEngine }];
    app = await TestApp.start({}, recording, applicationWith(ProbeModule));
    second = await app.another({}, recording);
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  async function sessionCookie(): Promise<string> {
    const login = await app
      .agent()
      .post('/api/v1/auth/login')
      .send({ username: 'ada', password: 'correct horse battery staple' });
    return cookiePair(login, 'sid');
  }
  const on = (instance: TestApp, cookie: string) => instance.agent().set('Cookie', cookie);
  const values = async (cookie: string) => (await on(app, cookie).get('/probe/values').expect(200)).body;

  it('by a log-out writes nothing, and sets no cookie', async () => {
    const cookie = await sessionCookie();
    const late = on(app, cookie).post('/probe/values/late?wait').then();
    await gate.reached();
    await submit(on(second, cookie), '/users/logout').expect(303);
    gate.open();

    const answer = await late;
    expect(answer.status).toBe(201);
    expect(setCookie(answer, 'sid')).toBeUndefined();
    expect(await values(cookie)).toEqual({});
    expect(await countSessions(app, LIVE)).toBe(0);
  });

  it('by the deletion of its user writes nothing', async () => {
    const { id, agent } = await second.user('grace');
    const cookie = cookiePair(
      await app
        .agent()
        .post('/api/v1/auth/login')
        .send({ username: 'grace', password: 'correct horse battery staple' }),
      'sid',
    );
    const late = on(app, cookie).post('/probe/values/late?wait').then();
    await gate.reached();
    await agent.delete(`/api/v1/users/${id}`).expect(204);
    gate.open();
    expect(setCookie(await late, 'sid')).toBeUndefined();
    expect(await values(cookie)).toEqual({});
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(0);
  });

  it('by a write to another key keeps both', async () => {
    const cookie = await sessionCookie();
    const late = on(app, cookie).post('/probe/values/one?wait').then();
    await gate.reached();
    await on(second, cookie).post('/probe/values/two').expect(201);
    gate.open();
    await late;
    expect(await values(cookie)).toMatchObject({ one: 'written', two: 'written' });
  });

  it('by twenty concurrent ones on two instances keeps every key', async () => {
    const cookie = await sessionCookie();
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`);
    await Promise.all(
      keys.map((key, index) =>
        on([app, second][index % 2], cookie)
          .post(`/probe/values/${key}`)
          .expect(201),
      ),
    );
    expect(Object.keys(await values(cookie))).toEqual(expect.arrayContaining(keys));
  });

  it('while it shows a flash removes only that one, not one added meanwhile', async () => {
    const jar = new CookieJar();
    await jar.logIn(app, 'ada');
    await jar.open(app);
    await jar.submit(app, '/probe/flash?level=info&text=first');
    const page = jar.open(app, '/probe/page?wait');
    await gate.reached();
    await jar.submit(second, '/probe/flash?level=info&text=second');
    gate.open();

    expect(flashes(await page)).toEqual(['first']);
    expect(flashes(await jar.open(second, '/probe/page'))).toEqual(['second']);
    expect(flashes(await jar.open(app, '/probe/page'))).toEqual([]);
  });

  it('by others that add flashes loses none, 1,000 in rounds of 20', async () => {
    const jar = new CookieJar();
    await jar.logIn(app, 'ada');
    await jar.open(app);
    for (let round = 0; round < 50; round += 1) {
      const texts = Array.from({ length: 20 }, (_, index) => `flash ${round}.${index}`);
      await Promise.all(
        texts.map((text, index) =>
          jar.submit([app, second][index % 2], `/probe/flash?level=info&text=${encodeURIComponent(text)}`),
        ),
      );
      expect(flashes(await jar.open(app, '/probe/page')).sort()).toEqual([...texts].sort());
    }
  });
});
