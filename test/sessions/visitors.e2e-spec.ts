import { SessionEngine } from '../../src/sessions/session-engine';
import { TestApp } from '../support/app';
import { written } from '../support/audit';
import { cookiePair, setCookie, submit } from '../support/page';
import { countSessions, RecordingEngine, statements } from '../support/probes';

const WRITES = /^\s*(INSERT|UPDATE|DELETE|BEGIN|START)/i;

describe('The cost of a session', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ SESSION_CACHE: '0' }, [{ token: SessionEngine, useClass: RecordingEngine }]);
  });
  afterAll(() => app.close());

  const engine = () => app.app.get<RecordingEngine>(SessionEngine);

  it('is zero for a visitor who needs none: no row and no cookie on any public page', async () => {
    const { id } = await app.user('author');
    const author = await app.loggedIn('author');
    await submit(author, `/users/${id}/messages`, { content: 'Hello' }).expect(303);
    const before = await countSessions(app);

    const waiting = ['/'];
    const seen = new Set(waiting);
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const page = await app.agent().get(path);
      const isCounter = /^\/(start_counter|count|clear_count)$/.test(path);
      const isClosed = page.status === 303 && page.headers.location.startsWith('/users/login');
      expect(setCookie(page, 'sid')).toBeUndefined();
      // The counter's cookie and the flash of a closed page are on purpose.
      if (!isCounter && !isClosed) expect([path, page.headers['set-cookie']]).toEqual([path, undefined]);
      const isHtml = page.headers['content-type'].startsWith('text/html');
      for (const [, link] of isHtml ? page.text.matchAll(/(?:href|action)="(\/[^"#]*)"/g) : []) {
        if (seen.has(link)) continue;
        seen.add(link);
        waiting.push(link);
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining(['/users/signup', '/users/login', '/messages', '/lab']));
    expect(seen.size).toBeGreaterThan(12);
    expect(await countSessions(app)).toBe(before);
  });

  it('is no database round trip for a request without one', async () => {
    const seen = statements(app);
    await app.agent().get('/').expect(200);
    await app.agent().get('/users/login').expect(200);
    await submit(app.agent(), '/users/logout').expect(303);
    expect(seen).toEqual([]);
  });

  it('is zero at a health check, which answers while the store is unavailable', async () => {
    const { agent } = await app.user('probe');
    engine().calls.length = 0;
    await agent.get('/health/live').expect(200);
    await agent.get('/health/ready').expect(200);
    expect(engine().calls).toEqual([]);
  });

  it('is one read and no write while it does not change', async () => {
    const { agent } = await app.user('reader');
    await agent.get('/users/welcome').expect(200);
    await written(app);

    const seen = statements(app);
    engine().calls.length = 0;
    const page = await agent.get('/users/welcome').expect(200);
    expect(engine().calls).toEqual(['load']);
    expect(setCookie(page, 'sid')).toBeUndefined();
    expect(seen.filter((sql) => WRITES.test(sql))).toEqual([]);
    expect(seen).toHaveLength(1); // the session with its user
  });

  it('is one write for one change, and none for setting the same value again', async () => {
    const cookie = cookiePair(await submit(app.agent(), '/lab/counter').expect(303), 'sid');
    const guest = () => app.agent().set('Cookie', cookie);
    engine().calls.length = 0;
    await submit(guest(), '/lab/counter').expect(303);
    expect(engine().calls).toEqual(['load', 'commit']);

    await submit(guest(), '/lab/counter/clear').expect(303);
    engine().calls.length = 0;
    await submit(guest(), '/lab/counter/clear').expect(303);
    expect(engine().calls).toEqual(['load']);
  });

  it('starts with the first value that is stored for a visitor', async () => {
    const before = await countSessions(app);
    const answer = await submit(app.agent(), '/lab/counter').expect(303);
    expect(setCookie(answer, 'sid')).toMatch(/^sid=s%3A[\w-]{43}\.[\w%]+; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await countSessions(app)).toBe(before + 1);
  });

  it('includes headers that keep caches from storing the response', async () => {
    const { agent } = await app.user('private');
    const closed = await app.agent().get('/users/welcome').expect(303);
    for (const answer of [
      await agent.get('/users/welcome').expect(200),
      await agent.get('/nowhere'),
      closed,
    ]) {
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers.vary).toMatch(/\bCookie\b/);
    }
  });
});
