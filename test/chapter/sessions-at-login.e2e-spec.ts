import type TestAgent from 'supertest/lib/agent';
import { HashingQueue } from '../../src/auth/passwords/hashing-queue';
import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, fieldValue, flashes, setCookie, submit } from '../support/page';

describe('Sessions at log-in and log-out', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await Promise.all([app.signUp('ada'), app.signUp('grace')]);
  });
  afterAll(() => app.close());

  const logIn = (agent: TestAgent, username: string) =>
    submit(agent, '/users/login', { username, password: PASSWORD }).expect(303);

  /** The lab's counter on the server, which a guest's session stores too. */
  async function countOnServer(agent: TestAgent): Promise<string | undefined> {
    return /<p class="count">(\d+)<\/p>/.exec((await agent.get('/lab').expect(200)).text)?.[1];
  }

  const visit = (cookie: string) => app.agent().get('/api/v1/auth/me').set('Cookie', cookie);

  it('a log-in gives the session a new ID, and the old one is invalid', async () => {
    const agent = app.agent();
    const before = cookiePair(await submit(agent, '/lab/counter'), 'sid');
    const after = cookiePair(await logIn(agent, 'ada'), 'sid');
    expect(after).not.toBe(before);
    await visit(before).expect(401);
    await visit(after).expect(200);
  });

  it('a session ID chosen by an attacker is not adopted', async () => {
    const planted = 'sid=s%3Achosen-by-an-attacker.signature';
    const login = submit(app.agent(), '/users/login', { username: 'ada', password: PASSWORD });
    expect(cookiePair(await login.set('Cookie', planted).expect(303), 'sid')).not.toContain('chosen');
    await visit(planted).expect(401);
  });

  it("a guest's session values are gone after logging in", async () => {
    const agent = app.agent();
    await submit(agent, '/lab/counter');
    expect(await countOnServer(agent)).toBe('1');
    await logIn(agent, 'ada');
    expect(await countOnServer(agent)).toBeUndefined();
  });

  it('a second log-in of the same user gives a new ID and keeps the values', async () => {
    const agent = app.agent();
    const before = cookiePair(await logIn(agent, 'ada'), 'sid');
    await submit(agent, '/lab/counter');
    expect(cookiePair(await logIn(agent, 'ada'), 'sid')).not.toBe(before);
    expect(await countOnServer(agent)).toBe('1');
    await visit(before).expect(401);
  });

  it('a log-in of another user in the same browser ends the first session and keeps no values', async () => {
    const agent = app.agent();
    const before = cookiePair(await logIn(agent, 'ada'), 'sid');
    await submit(agent, '/lab/counter');
    await logIn(agent, 'grace');
    expect(await countOnServer(agent)).toBeUndefined();
    expect((await agent.get('/api/v1/auth/me')).body).toMatchObject({ username: 'grace' });
    await visit(before).expect(401);
  });

  it('a failed log-in does not affect the current session', async () => {
    const agent = await app.loggedIn('ada');
    await submit(agent, '/users/login', { username: 'grace', password: 'wrong' }).expect(401);
    expect((await agent.get('/api/v1/auth/me').expect(200)).body).toMatchObject({ username: 'ada' });
  });

  it('the CSRF token changes at log-in, and the old one is refused', async () => {
    const agent = app.agent();
    await submit(agent, '/lab/counter');
    const before = fieldValue(await agent.get('/lab'), '_csrf');
    await logIn(agent, 'ada');
    const after = fieldValue(await agent.get('/lab'), '_csrf');
    expect(after).toMatch(/^[\w-]{43}$/);
    expect(after).not.toBe(before);
    await submit(agent, '/lab/counter', { _csrf: before }).unset('Origin').expect(403);
    await submit(agent, '/lab/counter', { _csrf: after }).unset('Origin').expect(303);
  });

  it('two concurrent log-ins with one cookie create two sessions and end the old one', async () => {
    const before = cookiePair(await submit(app.agent(), '/lab/counter'), 'sid');
    const both = await Promise.all(
      ['ada', 'ada'].map((username) =>
        submit(app.agent(), '/users/login', { username, password: PASSWORD }).set('Cookie', before),
      ),
    );
    const cookies = both.map((answer) => cookiePair(answer, 'sid'));
    expect(new Set(cookies).size).toBe(2);
    for (const cookie of cookies) await visit(cookie).expect(200);
    await visit(before).expect(401);
  });

  it.each(['ada', 'unknown'])('a wrong password costs exactly one hash, for %s', async (username) => {
    const hashes = jest.spyOn(app.app.get(HashingQueue), 'run'); // only spies: the real hash is computed
    await submit(app.agent(), '/users/login', { username, password: 'wrong' }).expect(401);
    expect(hashes).toHaveBeenCalledTimes(1);
    hashes.mockRestore();
  });

  it('case and surrounding spaces of a name do not matter', async () => {
    const agent = app.agent();
    await logIn(agent, '  ADA ');
    expect((await agent.get('/api/v1/auth/me')).body).toMatchObject({ username: 'ada' });
  });

  describe('by JSON', () => {
    const post = (body: object) => app.agent().post('/api/v1/auth/login').send(body);

    it.each<[string, unknown]>([
      ['an object', { $ne: null }],
      ['a list', ['ada']],
      ['a number', 1],
      ['true', true],
      ['null', null],
      ['a NUL', 'ada\0'],
    ])('%s as a name is a field that needs another look', async (_, username) => {
      const answer = await post({ username, password: PASSWORD }).expect(422);
      expect(answer.headers['content-type']).toMatch('application/problem+json');
      expect(Object.keys(answer.body.errors as object)).toEqual(['username']);
    });

    it('more than 100 kB is too large', async () => {
      await post({ username: 'ada', password: 'x'.repeat(110_000) }).expect(413);
    });

    it('wrong credentials are a 401 without a session', async () => {
      const answer = await post({ username: 'ada', password: 'wrong' }).expect(401);
      expect(answer.body).toMatchObject({ status: 401, detail: 'Invalid credentials. Please try again.' });
      expect(setCookie(answer, 'sid')).toBeUndefined();
    });

    it('logging out is a 204 without a redirect, for a guest too', async () => {
      const agent = await app.loggedIn('ada');
      for (let time = 1; time <= 2; time += 1) {
        const answer = await agent.post('/api/v1/auth/logout').expect(204);
        expect(answer.headers.location).toBeUndefined();
      }
      await agent.get('/api/v1/auth/me').expect(401);
    });
  });

  describe('logging out', () => {
    it("is not cached, clears the cookie with its attributes and the browser's cache", async () => {
      const agent = await app.loggedIn('ada');
      const { headers } = await submit(agent, '/users/logout').expect(303);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['clear-site-data']).toBe('"cache"');
      expect(headers['set-cookie']).toContainEqual(
        'sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
      );
    });

    it('does not end sessions on other devices', async () => {
      const [phone, laptop] = [await app.loggedIn('ada'), await app.loggedIn('ada')];
      await submit(phone, '/users/logout');
      await laptop.get('/users/welcome').expect(200);
    });

    it.each([
      ['a link on another site', { 'Sec-Fetch-Site': 'cross-site' }],
      ['an image on a sister site', { 'Sec-Fetch-Site': 'same-site' }],
      ['a browser that loads pages ahead', { 'Sec-Purpose': 'prefetch;prerender' }],
      ['an older browser that does', { Purpose: 'prefetch' }],
      ['an older Firefox that does', { 'X-Moz': 'prefetch' }],
      ['a preview', { 'X-Purpose': 'preview' }],
      ['a link on another site over plain HTTP', { Origin: '', Referer: 'https://evil.example/' }],
      ['a link on a page of our host at another port', { Origin: '', Referer: 'http://localhost/' }],
      ['a link that hides where it is, over plain HTTP', { Origin: '' }],
      ['a page of another site', { Origin: 'https://evil.example', Referer: 'http://localhost:3000/' }],
    ])('is not done for %s, which gets a page with the button', async (_, headers) => {
      const agent = await app.loggedIn('ada');
      const asked = agent.get('/users/logout').set(headers);
      if ('Origin' in headers && headers.Origin === '') asked.unset('Origin');
      const page = await asked.expect(200);
      expect(page.text).toContain('<form action="/users/logout" method="post">');
      expect(setCookie(page, 'sid')).toBeUndefined();
      await agent.get('/users/welcome').expect(200);

      await submit(agent, '/users/logout', { _csrf: fieldValue(page, '_csrf') });
      expect(flashes(await agent.get('/users/login'))).toEqual(['You have been signed out.']);
    });

    it.each([
      ['a link on our own page', { 'Sec-Fetch-Site': 'same-origin' }],
      ['an address that was typed', { 'Sec-Fetch-Site': 'none' }],
      ['a link on our own page over plain HTTP', { Referer: 'http://localhost:3000/users/welcome' }],
    ])('is done for %s', async (_, headers) => {
      const agent = await app.loggedIn('ada');
      await agent.get('/users/logout').unset('Origin').set(headers).expect(303);
      await agent.get('/api/v1/auth/me').expect(401);
    });
  });
});
