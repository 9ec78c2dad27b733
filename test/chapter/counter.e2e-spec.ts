import type { Response } from 'supertest';
import { SignedCookies } from '../../src/sessions/signed-cookies';
import { COUNTER_COOKIE } from '../../src/app/lab/counter-cookie';
import { TestApp } from '../support/app';
import { cookiePair, setCookie } from '../support/page';

const DAY = 86_400_000;
const NONE = 'No counter set!';

/** Decodes the signed cookie without a key, as any client can. */
function payload(answer: Response): string {
  const [, value] = cookiePair(answer, COUNTER_COOKIE).split('=');
  return Buffer.from(value.split('.')[0], 'base64url').toString();
}

describe("The signed cookie's counter", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  /** Requests a page with only this cookie. */
  const visit = (path: string, cookie: string) => app.agent().get(path).set('Cookie', cookie);

  async function startedCookie(): Promise<string> {
    return cookiePair(await app.agent().get('/start_counter'), COUNTER_COOKIE);
  }

  it('1. /start_counter starts at 0, in a cookie that any client can read', async () => {
    const answer = await app.agent().get('/start_counter').expect(200, 'New counter started!');
    expect(payload(answer)).toBe('{"count":0}');
  });

  it('2. /count adds one, shows the number and sets the cookie again', async () => {
    const agent = app.agent();
    await agent.get('/start_counter');
    expect(payload(await agent.get('/count').expect(200, '1'))).toBe('{"count":1}');
    expect(payload(await agent.get('/count').expect(200, '2'))).toBe('{"count":2}');
  });

  it('3. /count without a counter says so and sets no cookie', async () => {
    const answer = await app.agent().get('/count').expect(200, NONE);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('4. /get_count shows the number, changes nothing and sets no cookie', async () => {
    const agent = app.agent();
    await agent.get('/get_count').expect(200, NONE);
    await agent.get('/start_counter');
    await agent.get('/count');
    for (let time = 1; time <= 2; time += 1) {
      const answer = await agent.get('/get_count').expect(200, '1');
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it('5. /clear_count always confirms, and deletes the cookie if there is one', async () => {
    const agent = app.agent();
    await agent.get('/start_counter');
    const cleared = await agent.get('/clear_count').expect(200, 'Counter cleared!');
    // `Expires` alone deletes the cookie in every browser; SameSite is repeated as it was set.
    expect(setCookie(cleared, COUNTER_COOKIE)).toBe(
      'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
    );
    await agent.get('/count').expect(NONE);

    const again = await agent.get('/clear_count').expect(200, 'Counter cleared!');
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  // The browser suite covers the header in the Network tab.
  it('6. the header that carries it is Set-Cookie: session=…', async () => {
    const answer = await app.agent().get('/start_counter');
    expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^session=[\w-]+\.\d+\.[\w-]+;/)]);
  });

  // Our cookie is never compressed, so the part before the first dot is always readable.
  it('7. the part before the first dot is the data as base64', async () => {
    const agent = app.agent();
    await agent.get('/start_counter');
    const [, left] = /^session=([^.]+)\./.exec(cookiePair(await agent.get('/count'), COUNTER_COOKIE))!;
    expect(left).toBe('eyJjb3VudCI6MX0');
    expect(atob(left)).toBe('{"count":1}');
  });

  it('8. it survives a server restart, and is invalid once its signing key is removed', async () => {
    const cookie = await startedCookie();
    const restarted = await app.another();
    const rekeyed = await app.another({ SESSION_SECRET: 'another key of more than 32 characters' });
    await restarted.agent().get('/count').set('Cookie', cookie).expect('1');
    await rekeyed.agent().get('/count').set('Cookie', cookie).expect(200, NONE);
    await Promise.all([restarted.close(), rekeyed.close()]);
  });

  // The browser suite covers quitting the browser.
  it('9. it has no expiry, so it ends with the browser', async () => {
    const line = setCookie(await app.agent().get('/start_counter'), COUNTER_COOKIE);
    expect(line).not.toMatch(/expires|max-age/i);
  });

  // The browser suite alters it in the browser's storage; on the wire that is the same.
  describe('10. an altered cookie counts as no counter', () => {
    const payloadOf1000 = Buffer.from('{"count":1000}').toString('base64url');

    it.each<[string, (cookie: string) => string]>([
      ['another payload', (cookie) => cookie.replace(/=[^.]+/, `=${payloadOf1000}`)],
      ['another time of signing', (cookie) => cookie.replace(/\.\d+\./, '.1.')],
      ['a cut signature', (cookie) => cookie.slice(0, -1)],
      ['no signature', (cookie) => cookie.split('.')[0]],
      ['garbage', () => 'session=garbage.%00.%E0%A4%A'],
      ['nothing', () => 'session='],
      ['an odd quote', () => 'session="'],
      ['quotes around it and one within', () => 'session="a"b"'],
    ])('%s: neither replaced nor deleted', async (_, alter) => {
      const bad = alter(await startedCookie());
      for (const path of ['/count', '/get_count']) {
        const answer = await visit(path, bad).expect(200, NONE);
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
      const cleared = await visit('/clear_count', bad).expect(200, 'Counter cleared!');
      expect(cleared.headers['set-cookie']).toBeUndefined();
      expect(payload(await visit('/start_counter', bad))).toBe('{"count":0}');
    });
  });

  describe('11. clients can read it but not alter it;', () => {
    it('an old cookie can be replayed, and its old number counts again', async () => {
      const agent = app.agent();
      const old = cookiePair(await agent.get('/start_counter'), COUNTER_COOKIE);
      await agent.get('/count').expect('1');
      await agent.get('/count').expect('2');
      await visit('/count', old).expect('1');
    });

    it('it is refused after 31 days and before its own timestamp', async () => {
      const old = await startedCookie();
      app.clock.advance(31 * DAY - 60_000);
      await visit('/get_count', old).expect('0');
      app.clock.advance(120_000);
      await visit('/get_count', old).expect(200, NONE);

      const fromTheFuture = await startedCookie();
      app.clock.advance(-31 * DAY - 60_000);
      await visit('/get_count', fromTheFuture).expect(200, NONE);
    });
  });

  // The chapter's cookie has no SameSite. With Lax, forms and frames of other sites do not send it.
  it('12. it is HttpOnly, SameSite=Lax, for every path, and responses vary by it', async () => {
    const answer = await app.agent().get('/start_counter');
    expect(setCookie(answer, COUNTER_COOKIE)).toMatch(/^session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    for (const path of ['/count', '/get_count', '/clear_count']) {
      expect((await app.agent().get(path)).headers.vary).toMatch(/\bCookie\b/);
    }
  });

  describe('13. edge cases:', () => {
    it.each([['1'], [1.5], [null], [true], [[1]], [2 ** 53]])(
      'a count of %j is no counter',
      async (count) => {
        const value = app.app.get(SignedCookies).seal(COUNTER_COOKIE, { count });
        await visit('/count', `session=${value}`).expect(200, NONE);
      },
    );

    it.each(['post', 'put', 'patch', 'delete'] as const)('%s is not allowed', async (method) => {
      const answer = await app.agent()[method]('/count').expect(405);
      expect(answer.headers.allow).toBe('GET');
    });

    it('HEAD /start_counter sets the cookie too', async () => {
      expect(payload(await app.agent().head('/start_counter').expect(200))).toBe('{"count":0}');
    });

    // For all of our addresses, a trailing slash makes no difference.
    it('/count/ is /count', async () => {
      await visit('/count/', await startedCookie()).expect(200, '1');
    });
  });
});
