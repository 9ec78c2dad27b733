import type { Response } from 'supertest';
import { Settings } from '../../src/options/settings';
import { hashOfSessionId } from '../../src/http/hash-of-session-id';
import { applicationWith, PASSWORD, TestApp } from '../support/app';
import { cookiePair, setCookie, submit } from '../support/page';
import { ProbeModule } from '../support/probe.module';
import { dump } from '../support/probes';

const isRedis = globalThis.LATCHKEY_SESSION_STORE === 'redis';

describe('An attacker who reads all stored data', () => {
  let app: TestApp;
  const cookies: string[] = [];
  let csrfToken: string;
  let stolen: string;

  /** One browser's history: remembered, restored from the remember cookie, logged out, gone to the lab. */
  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(ProbeModule));
    await app.signUp('ada');
    const credentials = { username: 'ada', password: PASSWORD, remember: 'on' };
    const login = keep(await submit(app.agent(), '/users/login', credentials).expect(303));
    const restored = keep(await visit(cookiePair(login, 'remember')).expect(200));
    for (const cookie of [cookiePair(login, 'sid'), cookiePair(restored, 'sid')]) {
      keep(await submit(with_(cookie), '/lab/counter').expect(303));
      keep(await with_(cookie).post('/probe/flash?level=info&text=Hello').expect(303));
    }
    csrfToken = /name="_csrf" value="([^"]+)"/.exec(restored.text)![1];
    keep(await submit(app.agent(), '/lab/counter').expect(303));
    const other = keep(await submit(app.agent(), '/users/login', credentials).expect(303));
    const otherCookies = `${cookiePair(other, 'sid')}; ${cookiePair(other, 'remember')}`;
    await submit(with_(otherCookies), '/users/logout').expect(303);
    stolen = await dump(app);
  });
  afterAll(() => app.close());

  const with_ = (cookie: string) => app.agent().set('Cookie', cookie);
  const visit = (cookie: string) => with_(cookie).get('/users/welcome');
  const idIn = (sid: string) => decodeURIComponent(sid).slice('sid=s:'.length).split('.')[0];

  function keep(answer: Response): Response {
    for (const name of ['sid', 'remember'])
      if (setCookie(answer, name)) cookies.push(cookiePair(answer, name));
    return answer;
  }

  it('finds the sessions, by the hashes of their IDs', async () => {
    const ids = cookies.filter((cookie) => cookie.startsWith('sid=')).map(idIn);
    expect(ids).toHaveLength(4);
    for (const id of ids) expect(stolen).toContain(hashOfSessionId(id));
    // With Redis, its dump was read too: it holds the live sessions that changed since they began.
    const changed = isRedis ? ids.slice(0, 2) : [];
    for (const id of changed) expect(stolen).toContain(`latchkey:session:${hashOfSessionId(id)}`);
  });

  it('finds no session ID, no cookie and no secret part of one', () => {
    expect(cookies.filter((cookie) => cookie.startsWith('remember='))).toHaveLength(3);
    for (const cookie of cookies) {
      const value = decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1)).replace(/^s:/, '');
      const parts = value.split('.').filter((part) => part.length > 22); // a selector only finds its row
      expect(parts).toHaveLength(2);
      for (const secret of [value, ...parts]) expect(stolen).not.toContain(secret);
    }
  });

  it('finds no password, no CSRF token and no signing secret', () => {
    const { sessionSecrets } = app.app.get(Settings);
    for (const secret of [PASSWORD, csrfToken, ...sessionSecrets]) expect(stolen).not.toContain(secret);
    expect(stolen).toContain('$2b$');
  });

  it('cannot log in with any stored value', async () => {
    const texts = new Set(stolen.match(/[\w-]{20,}/g));
    expect(texts.size).toBeGreaterThan(10);
    for (const text of texts) {
      for (const cookie of [`sid=${text}`, `sid=s%3A${text}.${text}`, `remember=${text}`])
        await visit(cookie).expect(303);
    }
  });
});
