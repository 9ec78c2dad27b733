import { PASSWORD, TestApp } from '../support/app';
import { EventStreamReader } from '../support/event-stream';
import { cookiePair } from '../support/page';

const PATH = '/account/session/events';

describe('Event streams', () => {
  let app: TestApp;
  const readers: EventStreamReader[] = [];

  beforeAll(async () => {
    app = await TestApp.start({
      TRUST_PROXY: 'loopback',
      EVENT_STREAMS: '12',
      EVENT_STREAMS_PER_USER: '3',
      EVENT_STREAMS_PER_SOURCE: '6',
    });
  });
  afterEach(() => {
    for (const reader of readers.splice(0)) reader.leave();
  });
  afterAll(() => app.close());

  async function logIn(username: string): Promise<string> {
    const credentials = { username, password: PASSWORD };
    return cookiePair(await app.agent().post('/api/v1/auth/login').send(credentials).expect(200), 'sid');
  }

  async function listen(cookie: string, from: string): Promise<EventStreamReader> {
    const headers = { 'X-Forwarded-For': from };
    const reader = await EventStreamReader.open(`http://127.0.0.1:${app.port}${PATH}`, cookie, headers);
    readers.push(reader);
    return reader;
  }

  const status = async (cookie: string, from: string) => (await listen(cookie, from)).answer.status;

  it('are limited per account, across all its sessions and sources', async () => {
    await app.signUp('ada');
    await app.signUp('grace');
    const sessions = await Promise.all(Array.from({ length: 4 }, () => logIn('ada')));
    for (const [n, session] of sessions.slice(0, 3).entries())
      expect(await status(session, `203.0.113.${n}`)).toBe(200);

    const { answer } = await listen(sessions[3], '203.0.113.3');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60']);
    expect(answer.headers.get('content-type')).toMatch(/problem\+json/);
    expect(await status(await logIn('grace'), '203.0.113.3')).toBe(200);
  });

  it('are limited per source, and other sources still get theirs', async () => {
    const users = ['u1', 'u2', 'u3', 'u4'];
    for (const user of users) await app.signUp(user);
    const sessions = await Promise.all(users.map(logIn));
    for (const session of sessions.slice(0, 3))
      for (let n = 0; n < 2; n++) expect(await status(session, `2001:db8:1:2::${n + 1}`)).toBe(200);
    expect(await status(sessions[3], '2001:db8:1:2::9')).toBe(429);
    expect(await status(sessions[3], '2001:db8:1:3::9')).toBe(200);
  });

  it('get 503 if the process has reached its limit', async () => {
    const users = ['v1', 'v2', 'v3', 'v4', 'v5'];
    for (const user of users) await app.signUp(user);
    const sessions = await Promise.all(users.map(logIn));
    for (const [index, session] of sessions.slice(0, 4).entries())
      for (let n = 0; n < 3; n++) expect(await status(session, `198.51.100.${index}`)).toBe(200);
    const { answer } = await listen(sessions[4], '198.51.100.9');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60']);
  });

  it('make room when they close', async () => {
    await app.signUp('linus');
    const session = await logIn('linus');
    const open = [];
    for (let n = 0; n < 3; n++) open.push(await listen(session, '203.0.113.7'));
    expect(await status(session, '203.0.113.7')).toBe(429);
    for (const reader of open) reader.leave();
    await open[2].over();
    let last = 429;
    for (let tries = 0; tries < 50 && last === 429; tries += 1) last = await status(session, '203.0.113.7');
    expect(last).toBe(200);
  });
});
