import { PASSWORD, TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { flashes } from '../support/page';
import { countSessions } from '../support/probes';

const MINUTE = 60_000;

describe('A remembered device that misses a response', () => {
  let app: TestApp;
  let second: TestApp;
  let count = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another();
  });
  afterAll(() => app.close());

  const later = (milliseconds: number) => {
    for (const { clock } of [app, second]) clock.advance(milliseconds);
  };
  const thefts = () => countSessions(app, "end_reason = 'theft'");

  /** A browser that was closed after its user ticked the box. */
  async function remembered(): Promise<CookieJar> {
    const username = `member${(count += 1)}`;
    await app.signUp(username);
    const jar = new CookieJar();
    await jar.logIn(app, username, 'on');
    return reopened(jar);
  }
  /** With the cookies that survive that. */
  function reopened(jar: CookieJar): CookieJar {
    const copy = new CookieJar();
    for (const [name, text] of jar.cookies) if (name !== 'sid') copy.cookies.set(name, text);
    return copy;
  }
  /** Opens a page in a copy of this browser, as if the response were lost. */
  const openInVain = async (jar: CookieJar, instance = app) => {
    const copy = reopened(jar);
    expect((await copy.open(instance)).status).toBe(200);
    return copy;
  };

  it('is logged in again up to ten times, however late', async () => {
    const jar = await remembered();
    later(60 * MINUTE);
    await openInVain(jar, app);
    for (const instance of [second, second, app, app, second, second, app, app, second]) {
      later(15 * MINUTE);
      await openInVain(jar, instance);
    }
    later(MINUTE);
    const before = jar.cookies.get('remember');
    expect((await jar.open(second)).status).toBe(200);
    expect(jar.cookies.get('remember')).not.toBe(before);
    expect((await reopened(jar).open(app)).status).toBe(200);
  });

  it('must log in at the eleventh use of its former token, is not reported as a thief, and leaves no valid copy', async () => {
    const before = await thefts();
    const jar = await remembered();
    let copy = await openInVain(jar);
    for (let time = 1; time < 11; time += 1) {
      later(MINUTE);
      copy = await openInVain(jar, second);
    }
    later(MINUTE);
    const answer = await jar.open(app, '/');
    expect(flashes(answer).at(-1)).toBe('Your session has reached its time limit. Please log in again.');
    expect(jar.cookies.has('remember')).toBe(false);
    expect((await copy.open(second)).status).toBe(303);
    expect((await reopened(copy).open(second)).status).toBe(303);
    expect(await thefts()).toBe(before);
  });

  it('gets the lost token again together with its session, however late', async () => {
    const jar = await remembered();
    const lost = await openInVain(jar);
    await jar.open(app);
    later(15 * MINUTE);
    await jar.open(second);
    expect(jar.cookies.get('remember')).toBe(lost.cookies.get('remember'));
  });

  it('gets the lost token again together with its session, until it sends it', async () => {
    const jar = await remembered();
    const lost = await openInVain(jar);
    const former = jar.cookies.get('remember')!;
    await jar.open(app); // at the same time: it gets a session, and the token is in flight
    expect(jar.cookies.get('remember')).toBe(former);
    await jar.open(second);
    expect(jar.cookies.get('remember')).toBe(lost.cookies.get('remember'));
    const answer = await jar.open(app);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['alone', (jar: CookieJar) => reopened(jar).open(second)],
    ['beside a live session', (jar: CookieJar) => jar.open(second)],
  ])('was robbed if its former token comes after the newer one has come back %s', async (_, comeBack) => {
    const jar = await remembered();
    const copy = reopened(jar);
    await jar.open(app);
    later(MINUTE);
    expect((await comeBack(jar)).status).toBe(200);
    const before = await thefts();
    expect((await copy.open(app)).status).toBe(303);
    expect(await thefts()).toBeGreaterThan(before);
    expect((await jar.open(app)).status).toBe(303);
    expect((await reopened(jar).open(second)).status).toBe(303);
  });

  it('was robbed if a token older than the former one is used', async () => {
    const jar = await remembered();
    const copy = reopened(jar);
    let current = jar;
    for (let round = 0; round < 2; round += 1) {
      await current.open(app);
      current = reopened(current);
    }
    expect((await copy.open(second)).status).toBe(303);
    expect((await current.open(second)).status).toBe(303);
  });

  it('detects a thief who came first, as soon as either uses a newer token', async () => {
    const jar = await remembered();
    const thief = reopened(jar);
    await openInVain(jar);
    later(MINUTE);
    expect((await thief.open(second)).status).toBe(200); // not detectable yet
    await thief.open(second);
    later(MINUTE);
    expect((await jar.open(app)).status).toBe(303);
    expect((await thief.open(second)).status).toBe(303);
  });

  it('detects a thief who only uses the session, and never sends its token', async () => {
    const jar = await remembered();
    const thief = reopened(jar);
    expect((await thief.open(app)).status).toBe(200);
    thief.cookies.delete('remember');
    expect((await thief.open(second)).status).toBe(200);
    later(MINUTE);
    const before = await thefts();
    expect((await jar.open(app)).status).toBe(303);
    expect(await thefts()).toBeGreaterThan(before);
    expect((await thief.open(second)).status).toBe(303);
  });

  it('detects a thief who sends the former token with the session of the newer one', async () => {
    const jar = await remembered();
    const former = jar.cookies.get('remember')!;
    const thief = reopened(jar);
    await thief.open(app);
    thief.cookies.set('remember', former);
    await thief.open(second);
    later(MINUTE);
    expect((await jar.open(app)).status).toBe(303);
    expect((await thief.open(second)).status).toBe(303);
  });

  it('is not reported as a thief when a response sets a session without a token', async () => {
    const before = await thefts();
    const jar = await remembered();
    await openInVain(jar);
    await jar.open(app);
    const first = reopened(jar);
    jar.cookies.delete('remember');
    await jar.open(second);
    later(MINUTE);
    expect((await first.open(app)).status).toBe(200);
    expect(await thefts()).toBe(before);
  });

  it('is not taken for a thief when it opens tabs at once, on two instances, and responses are lost', async () => {
    const before = await thefts();
    for (let round = 0; round < 5; round += 1) {
      const jar = await remembered();
      await Promise.all([app, second, app, second].map((instance) => openInVain(jar, instance)));
      later(MINUTE);
      const tabs = await Promise.all([app, second, app].map((instance) => openInVain(jar, instance)));
      const tokens = tabs.map((tab) => tab.cookies.get('remember'));
      expect(new Set(tokens).size).toBe(1);
      expect((await openInVain(tabs[0], second)).cookies.get('remember')).not.toBe(tokens[0]);
    }
    expect(await thefts()).toBe(before);
  });

  it('shows why it is no longer remembered, also with its former token', async () => {
    const jar = await remembered();
    await openInVain(jar);
    const other = await app.loggedIn(`member${count}`, PASSWORD);
    await other.delete('/api/v1/auth/sessions').expect(204);
    expect((await jar.open(app, '/')).text).toContain('This session was ended from another device.');
  });

  it('leaves nothing in the database from which its token could be derived', async () => {
    const jar = await remembered();
    await jar.open(app);
    const [, validator] = /^[\w-]{22}\.([\w-]{43})\./.exec(jar.cookies.get('remember')!)!;
    const rows = [
      await app.dataSource.query('SELECT * FROM remember_families'),
      await app.dataSource.query('SELECT * FROM sessions'),
    ];
    expect(JSON.stringify(rows)).not.toContain(validator);
  });
});
