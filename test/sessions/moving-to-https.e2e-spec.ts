import { SessionEngine } from '../../src/sessions/session-engine';
import { applicationWith, TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { flashes, setCookie } from '../support/page';
import { gate, ProbeModule } from '../support/probe.module';
import { FailsAtSecondLoad, RecordingEngine } from '../support/probes';

const HTTPS = { BASE_URL: 'https://localhost:3000', TRUST_PROXY: '1' };
const MINUTE = 60_000;
const CLEARED = 'sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax';

describe('After the move from http to https', () => {
  let before: TestApp;
  let app: TestApp;
  let jar: CookieJar;

  beforeAll(async () => {
    const recording = [{ token: SessionEngine, useClass: RecordingEngine }];
    before = await TestApp.start({}, recording, applicationWith(ProbeModule));
    app = await before.another(HTTPS, recording);
    for (const name of ['ada', 'mallory']) await before.signUp(name);
  });
  afterAll(() => before.close());
  beforeEach(async () => {
    jar = new CookieJar();
    await jar.logIn(before, 'ada');
  });

  const calls = () => app.app.get<RecordingEngine>(SessionEngine).calls;
  const names = () => [...jar.cookies.keys()].filter((name) => !/device|flash/.test(name));
  const visit = (cookie: string, path = '/users/welcome') =>
    app.agent().get(path).set('Cookie', cookie).set('X-Forwarded-Proto', 'https');

  /** Logs a user in over HTTPS. @returns the value of the cookie */
  async function loggedIn(username: string): Promise<string> {
    const other = new CookieJar();
    await other.logIn(app, username);
    return other.cookies.get('__Host-sid') ?? '';
  }

  async function expectGuest(cookie: string): Promise<void> {
    calls().length = 0;
    const page = await visit(cookie);
    expect({ cookie, status: page.status }).toEqual({ cookie, status: 303 });
    expect(setCookie(page, '__Host-sid')).toBeUndefined();
    expect(setCookie(page, 'sid')).toBeUndefined();
    expect(calls()).toEqual([]);
  }

  it('a user stays logged in: the next page sets `__Host-sid` with the same ID, and clears `sid`', async () => {
    const id = jar.cookies.get('sid')?.split('.')[0];
    const page = await jar.open(app);
    expect(page.status).toBe(200);
    expect(page.headers['set-cookie']).toEqual([
      `__Host-sid=${jar.cookies.get('__Host-sid')}; Path=/; HttpOnly; Secure; SameSite=Lax`,
      CLEARED,
    ]);
    expect(jar.cookies.get('__Host-sid')?.split('.')[0]).toBe(id);
    expect(names()).toEqual(['__Host-sid']);
  });

  it('the page after that sets no cookie, and reads the store once', async () => {
    await jar.open(app);
    calls().length = 0;
    const page = await jar.open(app);
    expect(page.status).toBe(200);
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(calls()).toEqual(['load']);
  });

  it('a form opened before is accepted, and the next page renews the cookie', async () => {
    const posted = await jar.submit(app, '/lab/counter');
    expect(posted.status).toBe(303);
    expect(posted.headers['set-cookie']).toBeUndefined();
    await jar.open(app, '/lab');
    expect(names()).toEqual(['__Host-sid']);
    expect((await jar.open(app, '/lab')).text).toContain('<p class="count">1</p>');
  });

  it('a log-in gives `__Host-sid` a new ID and clears `sid`; a log-out clears both', async () => {
    const id = jar.cookies.get('sid')?.split('.')[0];
    const other = new CookieJar();
    for (const [name, text] of jar.cookies) other.cookies.set(name, text);
    await jar.logIn(app, 'ada');
    expect(names()).toEqual(['__Host-sid']);
    expect(jar.cookies.get('__Host-sid')?.split('.')[0]).not.toBe(id);
    expect((await visit(other.header)).status).toBe(303);

    jar = new CookieJar();
    await jar.logIn(before, 'ada');
    const old = jar.header;
    const answer = await jar.submit(app, '/users/logout');
    expect(setCookie(answer, 'sid')).toBe(CLEARED);
    expect(setCookie(answer, '__Host-sid')).toMatch(/^__Host-sid=;/);
    expect((await visit(old)).status).toBe(303);
  });

  it.each([
    ['log-in', () => jar.logIn(app, 'ada')],
    ['log-out', () => jar.submit(app, '/users/logout')],
  ])('a page that was still being made during a %s sets nothing and clears `sid`', async (_, act) => {
    const slow = visit(jar.header, '/probe/page?wait').then((answer) => answer);
    await gate.reached();
    await act();
    gate.open();
    const page = await slow;
    expect(setCookie(page, '__Host-sid')).toBeUndefined();
    expect(setCookie(page, 'sid')).toBe(CLEARED);
  });

  it('an ended session shows its reason, and its `sid` is cleared', async () => {
    const later = await before.another(HTTPS);
    later.clock.advance(31 * MINUTE);
    const page = await jar.open(later, '/');
    expect(flashes(page)).toEqual(['You have been signed out after a while without activity.']);
    expect(jar.cookies.has('sid')).toBe(false);
    expect(setCookie(page, '__Host-sid')).toBeUndefined();
  });

  it('a failed request does not clear `sid`', async () => {
    const failed = await jar.submit(app, '/probe/failure');
    expect(failed.status).toBe(500);
    expect(failed.headers['set-cookie']).toBeUndefined();

    const failing = await before.another(HTTPS, [{ token: SessionEngine, useClass: FailsAtSecondLoad }]);
    const page = await jar.open(failing);
    expect(page.status).toBe(200);
    expect(page.headers['set-cookie']).toBeUndefined();
    expect((await jar.open(app)).status).toBe(200);
  });

  it('a user stays logged in even if the secret is rotated at the same time', async () => {
    const [old, current] = ['an old secret given by hand', 'a new secret given by hand'];
    jar = new CookieJar();
    await jar.logIn(await before.another({ SESSION_SECRET: old }), 'ada');
    const rotated = await before.another({ ...HTTPS, SESSION_SECRET: `${current},${old}` });
    expect((await jar.open(rotated)).status).toBe(200);
    const alone = await before.another({ ...HTTPS, SESSION_SECRET: current });
    expect((await jar.open(alone)).status).toBe(200);
  });

  it('a request over http gets no cookie that would be exposed', async () => {
    const page = await app.agent().get('/users/welcome').set('Cookie', jar.header).expect(200);
    expect(page.headers['set-cookie']).toBeUndefined();
  });

  it('a client that sends no origin still needs its token', async () => {
    const send = (fields: object) =>
      app
        .agent()
        .post('/lab/counter')
        .unset('Origin')
        .set('Cookie', jar.header)
        .set('X-Forwarded-Proto', 'https')
        .type('form')
        .send(fields);
    const [, token] = /name="_csrf" value="([^"]+)"/.exec((await visit(jar.header)).text) ?? [];
    await send({}).expect(403);
    await send({ _csrf: token }).expect(303);
  });

  describe('a cookie `sid`', () => {
    it('with the value of a `__Host-sid` is refused without a store lookup', async () => {
      await expectGuest(`sid=${await loggedIn('mallory')}`);
    });

    it('beside `__Host-sid` is ignored, whatever its value', async () => {
      const own = await loggedIn('ada');
      const hers = new CookieJar();
      await hers.logIn(before, 'mallory');
      for (const planted of [await loggedIn('mallory'), hers.cookies.get('sid') ?? '', 'x']) {
        for (const cookie of [`sid=${planted}; __Host-sid=${own}`, `__Host-sid=${own}; sid=${planted}`]) {
          const page = await visit(cookie).expect(200);
          expect(page.text).toContain('ada');
          expect(page.text).not.toContain('mallory');
          expect(page.headers['set-cookie']).toBeUndefined();
        }
      }
      await expectGuest(`__Host-sid=x; ${jar.header}`);
    });

    it('that is forged never reaches the store', async () => {
      const { sid } = Object.fromEntries(jar.cookies);
      const other = await TestApp.start({ SESSION_SECRET: 'another secret of another application' });
      await other.signUp('ada');
      const foreign = new CookieJar();
      await foreign.logIn(other, 'ada');
      await other.close();

      for (const text of [
        sid.slice(0, -1),
        `${sid}A`,
        sid.replace('s%3A', ''),
        sid.split('.')[0],
        sid.slice(4, 47),
        '',
        's%3A.',
        `s%3A${'A'.repeat(43)}.${'A'.repeat(43)}`,
        foreign.cookies.get('sid') ?? '',
      ]) {
        await expectGuest(`sid=${text}`);
      }
    });

    it('that is sent twice with different values is refused', async () => {
      const other = new CookieJar();
      await other.logIn(before, 'mallory');
      await expectGuest(`${jar.header}; ${other.header}`);
      await expectGuest(`${other.header}; ${jar.header}`);
      await expectGuest(`sid =x; ${jar.header}`);
      await visit(`${jar.header}; ${jar.header}`).expect(200);
    });

    it('is valid for at most SESSION_ABSOLUTE_TIMEOUT after the move, however active it is', async () => {
      const old = jar.header;
      const later = await before.another(HTTPS);
      for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
        await later
          .agent()
          .get('/users/welcome')
          .set('Cookie', old)
          .set('X-Forwarded-Proto', 'https')
          .expect(200);
        later.clock.advance(20 * MINUTE);
      }
      expect((await jar.open(later)).status).toBe(303);
      expect(jar.cookies.has('__Host-sid')).toBe(false);
      await later.close();
    });
  });

  it('a cookie `__Host-sid` is signed again when the secret is rotated', async () => {
    const [old, current] = ['an old secret given by hand', 'a new secret given by hand'];
    const former = await before.another({ ...HTTPS, SESSION_SECRET: old });
    await jar.logIn(former, 'ada');
    await jar.open(former); // shows the flash
    jar.cookies.delete('sid');
    const page = await jar.open(await before.another({ ...HTTPS, SESSION_SECRET: `${current},${old}` }));
    expect(page.headers['set-cookie']).toEqual([
      `__Host-sid=${jar.cookies.get('__Host-sid')}; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
    const after = await jar.open(await before.another({ ...HTTPS, SESSION_SECRET: current }));
    expect(after.status).toBe(200);
    expect(after.headers['set-cookie']).toBeUndefined();
  });

  it('`__Host-sid` is ignored over plain http', async () => {
    const own = await loggedIn('ada');
    await before.agent().get('/users/welcome').set('Cookie', `__Host-sid=${own}`).expect(303);
    await before.agent().get('/users/welcome').set('Cookie', `sid=${own}`).expect(303);
  });
});
