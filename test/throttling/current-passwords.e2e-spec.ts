import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { guess, hashesOf, useUpFreeGuesses, WRONG } from '../support/guesses';
import { cookiePair, flashes, submit } from '../support/page';

const MINUTE = 60_000;
const NEW = 'a heron stands in the rain';

describe('The current password', () => {
  let app: TestApp;
  let id: number;
  /** A stolen session, without the cookie of its device. */
  let thief: TestAgent;

  beforeEach(async () => {
    app = await TestApp.start({ THROTTLE: 'on' });
    id = await app.signUp('ada');
    const login = await guess(app.agent(), 'ada', PASSWORD);
    thief = app.agent().set('Cookie', cookiePair(login, 'sid'));
    app.clock.advance(11 * MINUTE);
  });
  afterEach(() => app.close());

  const change = (currentPassword: string) =>
    thief.post('/api/v1/auth/password').send({ currentPassword, newPassword: NEW });

  it('can be tried five times to change the password, then after a wait', async () => {
    for (let n = 0; n < 5; n += 1) await change(WRONG).expect(422);
    const hashes = hashesOf(app);
    await change(PASSWORD).expect(429).expect('Retry-After', '1');
    const page = await submit(thief, '/account/password', { currentPassword: PASSWORD, newPassword: NEW });
    expect(page.status).toBe(429);
    expect(flashes(page)).toEqual(['Too many attempts. Try again in 1 second.']);
    expect(page.text).toContain('<h1>Change your password</h1>');
    expect(hashes()).toBe(0);
    app.clock.advance(1_000);
    await change(PASSWORD).expect(204);
  });

  it('can be tried five times to change the e-mail or delete the account', async () => {
    const url = `/api/v1/users/${id}`;
    for (let n = 0; n < 3; n += 1)
      await thief.patch(url).send({ email: 'eve@example.com', currentPassword: WRONG }).expect(422);
    for (let n = 0; n < 2; n += 1) await thief.delete(url).send({ currentPassword: WRONG }).expect(422);
    await thief.delete(url).send({ currentPassword: PASSWORD }).expect(429);
    await thief.patch(url).send({ email: 'eve@example.com', currentPassword: PASSWORD }).expect(429);
    const page = await submit(thief, `/users/${id}?_method=DELETE`, { currentPassword: PASSWORD });
    expect(page.status).toBe(429);
    expect(page.text).toContain('<h1>Delete your account</h1>');
  });

  it('shares its counter with the log-in', async () => {
    await useUpFreeGuesses(app.agent(), 'ada');
    await change(PASSWORD).expect(429);
  });

  it('is not affected by guesses of strangers on a device of the user', async () => {
    const device = await app.loggedIn('ada');
    await useUpFreeGuesses(app.agent(), 'ada');
    await device
      .post('/api/v1/auth/password')
      .send({ currentPassword: PASSWORD, newPassword: NEW })
      .expect(204);
  });
});
