import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, submit } from '../support/page';
import { RecordingEngine } from '../support/probes';
import { SessionEngine } from '../../src/sessions/session-engine';
import { Client } from './exchange';
import { expectNothingStored, expectRefusal } from './refusals';

describe('A session cookie', () => {
  let app: TestApp;
  let engine: RecordingEngine;
  let client: Client;
  let value: string;
  let foreign: string;

  beforeAll(async () => {
    app = await TestApp.start({}, [{ token: SessionEngine, useClass: RecordingEngine }]);
    engine = app.app.get<RecordingEngine>(SessionEngine, { strict: false });
    client = new Client(app.port);
    await app.signUp('ada');
    value = await valueOf(app);

    const other = await TestApp.start({ SESSION_SECRET: 'another secret of another application' });
    await other.signUp('ada');
    foreign = await valueOf(other);
    await other.close();
  });
  afterAll(async () => {
    client.close();
    await app.close();
  });

  async function valueOf(instance: TestApp): Promise<string> {
    const login = await submit(instance.agent(), '/users/login', { username: 'ada', password: PASSWORD });
    return cookiePair(login, 'sid').slice('sid='.length);
  }

  /** Opens a closed page, and starts a guest's session, with a Cookie header. */
  async function expectGuest(cookie: string, storeIsAsked: boolean): Promise<void> {
    engine.calls.length = 0;
    await expectNothingStored(app, async () => {
      const headers = { Cookie: cookie };
      const page = await client.ask({ path: '/users/welcome', headers });
      expect({ cookie, status: page.status }).toEqual({ cookie, status: 303 });
      expect(page.headers.location).toBe('/users/login?next=%2Fusers%2Fwelcome');
      const answer = await client.ask({ path: '/api/v1/auth/me', headers });
      expectRefusal(answer, 401, { api: true });
      expect(String(answer.headers['set-cookie'] ?? '')).not.toContain('sid=');
    });
    expect(engine.calls).toEqual(storeIsAsked ? ['load', 'load'] : []);
  }

  it('as issued opens the page', async () => {
    const page = await client.ask({ path: '/users/welcome', headers: { Cookie: `sid=${value}` } });
    expect(page.status).toBe(200);
  });

  it('with any character of its signature changed is refused without a store lookup', async () => {
    const text = decodeURIComponent(value);
    const dot = text.indexOf('.', 2);
    for (let at = dot + 1; at < text.length; at += 1) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      await expectGuest(`sid=${encodeURIComponent(changed)}`, false);
    }
  });

  it.each([
    [
      'with a character of its ID changed',
      (text: string) => `s:${text[2] === 'A' ? 'B' : 'A'}${text.slice(3)}`,
    ],
    ['with its last character cut', (text: string) => text.slice(0, -1)],
    ['cut in half', (text: string) => text.slice(0, text.length / 2)],
    ['with something behind it', (text: string) => `${text}x`],
    ['without its mark', (text: string) => text.slice(2)],
    ['without its signature', (text: string) => text.slice(0, text.indexOf('.', 2))],
    ['with an empty signature', (text: string) => text.slice(0, text.indexOf('.', 2) + 1)],
    ['with an empty ID', (text: string) => `s:${text.slice(text.indexOf('.', 2))}`],
    ['in JSON', (text: string) => `j:${JSON.stringify({ sid: text })}`],
    ['with NUL', (text: string) => `${text}\0`],
    ['in lower case', (text: string) => text.toLowerCase()],
    ['twice in one', (text: string) => text + text],
    ['empty', () => ''],
    ['that is only marks', () => 's:.'],
    ['that asks the database', () => "s:' OR 1=1--.x"],
  ])('%s is refused without a store lookup', async (_, change) => {
    await expectGuest(`sid=${encodeURIComponent(change(decodeURIComponent(value)))}`, false);
  });

  it('of another application with the same names is refused without a store lookup', async () => {
    await expectGuest(`sid=${foreign}`, false);
  });

  it('that is unsigned, or signed but unknown, starts no session under its ID', async () => {
    const id = decodeURIComponent(value).slice(2).split('.')[0];
    await expectGuest(`sid=${id}`, false);
    const started = await client.ask({
      method: 'POST',
      path: '/lab/counter',
      headers: { Cookie: `sid=${id}`, Origin: app.baseUrl },
    });
    expect(String(started.headers['set-cookie'])).toMatch(/^sid=s%3A/);
    expect(String(started.headers['set-cookie'])).not.toContain(id);
  });

  it.each(['%', '%zz', '%E0%A4%A', '"', '""', '\u00ff', 's%3A%00.%00', '='.repeat(50), '[object Object]'])(
    'of junk (%j) is refused',
    (junk) => expectGuest(`sid=${junk}`, false),
  );

  it.each(['SID', 'Sid', '__Host-sid', '__Secure-sid', 'sid[]', 'sid%20', '$sid', '\u00a0sid', '__proto__'])(
    'under another name (%j) is ignored',
    async (name) => {
      if (name.trim() === 'sid' && name.startsWith(' ')) return expectSame(`${name}=${value}`);
      return expectGuest(`${name}=${value}`, false);
    },
  );

  it.each([
    ['with a space before its name', (cookie: string) => ` sid=${cookie}`],
    ['quoted', (cookie: string) => `sid="${cookie}"`],
    ['given twice alike', (cookie: string) => `sid=${cookie}; sid=${cookie}`],
    ['among others', (cookie: string) => `a=1; =; ;;; b; sid=${cookie}; $Version=1; c="`],
  ])('%s is the same cookie still', (_, header) => expectSame(header(value)));

  it.each([
    ['before ours', (ours: string, planted: string) => `sid=${planted}; sid=${ours}`],
    ['behind ours', (ours: string, planted: string) => `sid=${ours}; sid=${planted}`],
    ['with a space in its name', (ours: string, planted: string) => `sid =${planted}; sid=${ours}`],
    ['empty', (ours: string) => `sid=; sid=${ours}`],
    ['among others', (ours: string, planted: string) => `a=1;sid=${planted};b=2;sid=${ours}`],
  ])('that an attacker planted %s is not used: the request is refused with advice', async (_, header) => {
    const planted = await valueOf(app);
    await expectNothingStored(app, async () => {
      const headers = { Cookie: header(value, planted) };
      const page = await client.ask({ path: '/users/welcome', headers });
      expectRefusal(page, 400, { api: false });
      expect(page.text).toContain('Clear the cookies of this site');
      expectRefusal(await client.ask({ path: '/api/v1/auth/me', headers }), 400, { api: true });
    });
  });

  async function expectSame(header: string): Promise<void> {
    const page = await client.ask({ path: '/users/welcome', headers: { Cookie: header } });
    expect(page.status).toBe(200);
  }
});
