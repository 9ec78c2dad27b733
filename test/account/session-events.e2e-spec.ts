import { setTimeout as delay } from 'node:timers/promises';
import { RequestDeadline } from '../../src/database/request-deadline';
import { DatabaseSessionEngine } from '../../src/sessions/engines/database-session-engine';
import { SessionEngine } from '../../src/sessions/session-engine';
import { PASSWORD, TestApp } from '../support/app';
import { EventStreamReader } from '../support/event-stream';
import { cookiePair, flashes, setCookie, submit } from '../support/page';
import { RecordingEngine } from '../support/probes';

const MINUTE = 60_000;
const PATH = '/account/session/events';

/** The real engine, which can be made to fail when asked which sessions have ended. */
class FailingEngine extends RecordingEngine {
  isAway = false;
  asked = 0;

  /** How much time each round had left, and how long the store takes. */
  readonly deadline: number[] = [];
  lateness = 0;

  override async expire(batch: Parameters<RecordingEngine['expire']>[0]) {
    const deadline = RequestDeadline.current();
    this.deadline.push(deadline.left);
    await deadline.track(delay(this.lateness));
    return super.expire(batch);
  }

  override ended(idHashes: string[]) {
    this.asked += 1;
    return this.isAway ? Promise.reject(new Error('The store is away')) : super.ended(idHashes);
  }
}

describe('The event stream of an open page', () => {
  let app: TestApp;
  let other: TestApp;
  let made = 0;
  const readers: EventStreamReader[] = [];

  beforeAll(async () => {
    const failing = [{ token: SessionEngine, useClass: FailingEngine }];
    app = await TestApp.start({ SESSION_IDLE_TIMEOUT: '30m', SESSION_ABSOLUTE_TIMEOUT: '12h' }, failing);
    other = await app.another({}, [{ token: SessionEngine, useClass: DatabaseSessionEngine }]);
  });
  afterEach(() => {
    for (const reader of readers.splice(0)) reader.leave();
  });
  afterAll(() => app.close());

  const engine = () => app.app.get<FailingEngine>(SessionEngine);
  const with_ = (cookie: string, instance = app) => instance.agent().set('Cookie', cookie);

  async function newUser(): Promise<string> {
    const username = `user${(made += 1)}`;
    await app.signUp(username);
    return username;
  }

  /** @returns the cookies of a browser that has logged in. */
  async function logIn(username: string, remember = false): Promise<string> {
    const credentials = { username, password: PASSWORD, remember };
    const answer = await app.agent().post('/api/v1/auth/login').send(credentials).expect(200);
    const names = remember ? ['sid', 'remember'] : ['sid'];
    return names.map((name) => cookiePair(answer, name)).join('; ');
  }

  async function listen(cookie: string, instance = app): Promise<EventStreamReader> {
    const reader = await EventStreamReader.open(`http://127.0.0.1:${instance.port}${PATH}`, cookie);
    readers.push(reader);
    return reader;
  }

  it('begins at once, is not buffered or cached, and sets no cookie', async () => {
    const reader = await listen(await logIn(await newUser()));
    await reader.until(({ text }) => text === 'retry: 5000\n\n');
    expect(reader.answer.status).toBe(200);
    expect(Object.fromEntries(reader.answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'private, no-cache',
      'x-accel-buffering': 'no',
    });
    expect(reader.answer.headers.get('set-cookie')).toBeNull();
  });

  it('is closed to guests and is not a page', async () => {
    const guest = await listen('');
    expect(guest.answer.status).toBe(401);
    expect(guest.answer.headers.get('content-type')).toMatch(/problem\+json/);

    const cookie = await logIn(await newUser());
    await with_(cookie).get(PATH).set('Accept', 'text/html').expect(406);
    await with_(cookie).head(PATH).set('Accept', 'text/event-stream').expect(406);
  });

  it('reports a session that ended on another instance within seconds, with the reason, and closes', async () => {
    const username = await newUser();
    const reader = await listen(await logIn(username));
    const elsewhere = await logIn(username);
    await with_(elsewhere, other).delete('/api/v1/auth/sessions').expect(204);
    await reader.over();
    const text = 'This session was ended from another device.';
    expect(reader.events).toEqual([{ event: 'ended', data: { reason: 'revoked', text } }]);
  });

  it('does not consume the reason that the next page shows', async () => {
    const username = await newUser();
    const cookie = await logIn(username);
    const reader = await listen(cookie);
    await with_(await logIn(username))
      .delete('/api/v1/auth/sessions')
      .expect(204);
    await reader.over();
    expect((await listen(cookie)).answer.status).toBe(401);
    expect(flashes(await with_(cookie).get('/'))).toEqual(['This session was ended from another device.']);
  });

  it('notifies other tabs of a log-out', async () => {
    const cookie = await logIn(await newUser());
    const reader = await listen(cookie);
    await submit(with_(cookie), '/users/logout').expect(303);
    await reader.over();
    const data = { reason: 'logged_out', text: 'You have been signed out.' };
    expect(reader.events).toEqual([{ event: 'ended', data }]);
  });

  it('notifies other browsers that the account was deleted', async () => {
    const username = await newUser();
    const reader = await listen(await logIn(username));
    const deleting = await logIn(username);
    const { body } = await with_(deleting).get('/api/v1/auth/me').expect(200);
    await submit(with_(deleting), `/users/${(body as { id: number }).id}?_method=DELETE`).expect(303);
    await reader.over();
    const data = { reason: 'user_deleted', text: 'This account was deleted.' };
    expect(reader.events).toEqual([{ event: 'ended', data }]);
  });

  it('notifies no other session', async () => {
    const username = await newUser();
    const cookie = await logIn(username);
    const [ended, staying] = [await listen(await logIn(username)), await listen(cookie)];
    const stranger = await listen(await logIn(await newUser()));
    await with_(cookie).delete('/api/v1/auth/sessions').expect(204);
    await ended.over();
    for (const reader of [staying, stranger]) expect([reader.hasEnded, reader.events]).toEqual([false, []]);
  });

  it('does not keep the session alive, however often it is opened, and reports that it was idle', async () => {
    const cookie = await logIn(await newUser());
    for (let minutes = 0; minutes < 30; minutes += 10) {
      const reader = await listen(cookie);
      await reader.until(({ text }) => text !== '');
      expect(reader.answer.status).toBe(200);
      if (minutes < 20) reader.leave();
      app.clock.advance(10 * MINUTE);
    }
    const last = readers.at(-1)!;
    await last.over();
    const text = 'You have been signed out after a while without activity.';
    expect(last.events).toEqual([{ event: 'ended', data: { reason: 'idle', text } }]);
  });

  it('closes silently for a remembered device: the next page, not the stream, logs it in again', async () => {
    const cookie = await logIn(await newUser(), true);
    const reader = await listen(cookie);
    app.clock.advance(31 * MINUTE);
    await reader.over();
    expect(reader.events).toEqual([{ event: 'ended', data: { reason: 'idle', text: null } }]);

    const again = await listen(cookie);
    expect(again.answer.status).toBe(401);
    expect(again.answer.headers.get('set-cookie')).toBeNull();
    const page = await with_(cookie).get('/users/welcome').expect(200);
    expect(setCookie(page, 'sid')).toBeDefined();
  });

  it('closes silently when the session gets a new ID, and works with the new ID', async () => {
    const username = await newUser();
    const cookie = await logIn(username);
    const reader = await listen(cookie);
    const answer = await with_(cookie)
      .post('/api/v1/auth/login')
      .send({ username, password: PASSWORD })
      .expect(200);
    await reader.over();
    expect(reader.events).toEqual([]);
    expect((await listen(cookiePair(answer, 'sid'))).answer.status).toBe(200);
  });

  it('is refused to a session that has five, until one of them closes', async () => {
    const username = await newUser();
    const cookie = await logIn(username);
    const open = await Promise.all(Array.from({ length: 5 }, () => listen(cookie)));
    expect(open.map(({ answer }) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    const sixth = await listen(cookie);
    expect(sixth.answer.status).toBe(429);
    expect((await listen(await logIn(username))).answer.status).toBe(200);

    open[0].leave();
    await sixth.until(() => open[0].hasEnded);
    let status = 429;
    for (let tries = 0; tries < 20 && status === 429; tries += 1)
      ({ status } = (await listen(cookie)).answer);
    expect(status).toBe(200);
  });

  it('stays open while the store is unavailable, and reports afterwards what ended', async () => {
    const username = await newUser();
    const reader = await listen(await logIn(username));
    const elsewhere = await logIn(username);
    engine().isAway = true;
    const before = engine().asked;
    await with_(elsewhere, other).delete('/api/v1/auth/sessions').expect(204);
    await reader.until(() => engine().asked >= before + 2);
    expect([reader.hasEnded, reader.events]).toEqual([false, []]);
    engine().isAway = false;
    await reader.over();
    expect(reader.events).toHaveLength(1);
  });

  it("gives each round with a slow store a full deadline, not the rest of the opening request's", async () => {
    const reader = await listen(await logIn(await newUser()));
    engine().lateness = 700;
    engine().deadline.length = 0;
    try {
      for (const rounds of [1, 2, 3]) await reader.until(() => engine().deadline.length >= rounds);
      expect(Math.min(...engine().deadline)).toBeGreaterThan(1_000);
      expect(reader.hasEnded).toBe(false);
    } finally {
      engine().lateness = 0;
    }
  });

  it('sends a heartbeat every 25 seconds, also after the clock was set back', async () => {
    const reader = await listen(await logIn(await newUser()));
    const beats = () => reader.text.split('\n').filter((line) => line === ':').length;
    for (const [index, passed] of [25_000, 25_000, -MINUTE].entries()) {
      app.clock.advance(passed);
      await reader.until(() => beats() === index + 1);
    }
  });

  it('closes after an hour, and the browser reconnects', async () => {
    const cookie = await logIn(await newUser());
    const reader = await listen(cookie);
    for (let minutes = 0; minutes < 60; minutes += 20) {
      await with_(cookie).get('/users/welcome').expect(200);
      app.clock.advance(20 * MINUTE);
    }
    await reader.over();
    expect(reader.events).toEqual([]);
  });

  it('never writes to the session', async () => {
    const cookie = await logIn(await newUser());
    engine().calls.splice(0);
    const reader = await listen(cookie);
    await reader.until(({ text }) => text !== '');
    app.clock.advance(2 * MINUTE);
    await listen(cookie);
    reader.leave();
    expect(new Set(engine().calls)).toEqual(new Set(['load']));
  });

  it('does not query the store while no stream is open', async () => {
    const reader = await listen(await logIn(await newUser()));
    const before = engine().asked;
    await reader.until(() => engine().asked > before);
    reader.leave();
    await delay(500);
    const left = engine().asked;
    await delay(4_500);
    expect(engine().asked).toBe(left);
  });
});
