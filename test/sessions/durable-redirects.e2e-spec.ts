import { SessionEngine } from '../../src/sessions/session-engine';
import { PASSWORD, TestApp } from '../support/app';
import { flashes } from '../support/page';
import { SlowEngine } from '../support/probes';
import { rounds } from '../support/rounds';
import { Wire } from '../support/wire';

const ORIGIN = { Origin: 'http://localhost:3000' };
const TIMES = rounds(1_000);
const AT_ONCE = 40;

/** On a store that writes slowly, the next request is sent as soon as the redirect begins to arrive. */
describe('The request after a redirect, on another instance', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    const slow = [{ token: SessionEngine, useClass: SlowEngine }];
    app = await TestApp.start({}, slow);
    second = await app.another({}, slow);
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  const credentials = { username: 'ada', password: PASSWORD };

  async function repeat(act: (redirecting: Wire, following: Wire, left: number) => Promise<void>) {
    let left = TIMES;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        const redirecting = await Wire.open(app.port);
        const following = await Wire.open(second.port);
        while (left > 0) await act(redirecting, following, (left -= 1));
        redirecting.close();
        following.close();
      }),
    );
  }

  it(`shows the flash, ${TIMES} times of ${TIMES}`, async () => {
    const { id } = (await app.agent().post('/api/v1/auth/login').send(credentials).expect(200)).body as {
      id: number;
    };
    const sessions = new Map<Wire, string>();
    let shown = 0;

    await repeat(async (redirecting, following, left) => {
      if (!sessions.has(redirecting)) {
        const login = { method: 'POST', path: '/api/v1/auth/login', json: credentials, headers: ORIGIN };
        sessions.set(redirecting, (await redirecting.ask(login)).cookie('sid')!);
      }
      const cookie = sessions.get(redirecting)!;
      const path = `/users/${id}/messages`;
      const form = { content: `message ${left}` };
      const post = redirecting.send({ method: 'POST', path, form, cookie, headers: ORIGIN });
      const { cookies } = await post.head; // without waiting for its body
      const page = await following.ask({ path: `${path}?limit=1`, cookie: [cookie, ...cookies].join('; ') });
      if (flashes(page).join() === 'Message Created!') shown += 1;
      expect((await post.answer).status).toBe(303);
    });
    expect(shown).toBe(TIMES);
  }, 90_000);

  it(`is logged in, with its flash, ${TIMES} times of ${TIMES}`, async () => {
    let welcomed = 0;
    await repeat(async (redirecting, following) => {
      const login = { method: 'POST', path: '/users/login', form: credentials, headers: ORIGIN };
      const { head, answer } = redirecting.send(login);
      const redirect = await head; // without waiting for its body
      const page = await following.ask({
        path: redirect.header('location')!,
        cookie: redirect.cookies.join('; '),
      });
      if (page.status === 200 && flashes(page).join() === "You've successfully logged in!") welcomed += 1;
      await answer;
    });
    expect(welcomed).toBe(TIMES);
  }, 90_000);

  it(`is logged out when log-out has answered, ${TIMES} times of ${TIMES}`, async () => {
    let refused = 0;
    await repeat(async (redirecting, following) => {
      const login = { method: 'POST', path: '/api/v1/auth/login', json: credentials, headers: ORIGIN };
      const cookie = (await redirecting.ask(login)).cookie('sid');
      const logout = redirecting.send({ method: 'POST', path: '/users/logout', cookie, headers: ORIGIN });
      await logout.begun;
      if ((await following.ask({ path: '/api/v1/auth/me', cookie })).status === 401) refused += 1;
      await logout.answer;
    });
    expect(refused).toBe(TIMES);
  }, 90_000);
});
