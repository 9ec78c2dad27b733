import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { guess, hashesOf, heard, knownDevice, useUpFreeGuesses } from '../support/guesses';
import { confirmEmail, Mailbox } from '../support/mailbox';
import { cookiePair, setCookie } from '../support/page';
import { dump } from '../support/probes';

describe('The cookie of a device', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE: 'on' });
    for (const name of ['ada', 'alan', 'grace']) await app.signUp(name);
  });
  afterAll(() => app.close());

  it('is set at a log-in, for a year, as HttpOnly', async () => {
    const answer = await guess(app.agent(), 'ada', PASSWORD);
    expect(setCookie(answer, 'device')).toMatch(/; Max-Age=31536000; .*HttpOnly; SameSite=Lax$/);
  });

  it('is not set after a failed log-in', async () => {
    expect(setCookie(await guess(app.agent(), 'ada'), 'device')).toBeUndefined();
  });

  it('survives the log-out', async () => {
    const agent = await app.loggedIn('ada');
    const answer = await agent.post('/api/v1/auth/logout').expect(204);
    expect(setCookie(answer, 'device')).toBeUndefined();
  });

  it('does not log in', async () => {
    const cookie = cookiePair(await guess(app.agent(), 'ada', PASSWORD), 'device');
    await app.agent().set('Cookie', cookie).get('/api/v1/auth/me').expect(401);
  });

  it('does not reveal its users, and is in no table', async () => {
    const cookie = cookiePair(await guess(app.agent(), 'ada', PASSWORD), 'device');
    const [payload] = cookie.slice('device='.length).split('.', 1);
    const device = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    expect(device).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/) as string,
      users: [expect.stringMatching(/^[\w-]{16}$/)],
    });
    expect(await dump(app)).not.toContain((device as { id: string }).id);
  });

  it('identifies all users of a shared device, each with their own counter', async () => {
    const device = await knownDevice(app, 'ada');
    expect((await guess(device, 'grace', PASSWORD)).status).toBe(200);
    for (const name of ['ada', 'grace']) await useUpFreeGuesses(app.agent(), name);
    await useUpFreeGuesses(device, 'ada');
    expect((await guess(device, 'grace', PASSWORD)).status).toBe(200);
  });

  it('is ignored if it was altered', async () => {
    const cookie = cookiePair(await guess(app.agent(), 'alan', PASSWORD), 'device');
    await useUpFreeGuesses(app.agent(), 'alan');
    const altered = app.agent().set(
      'Cookie',
      cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    );
    expect((await guess(altered, 'alan', PASSWORD)).status).toBe(429);
    expect((await guess(app.agent().set('Cookie', cookie), 'alan', PASSWORD)).status).toBe(200);
  });

  it('is named __Host-device over HTTPS', async () => {
    const secure = await TestApp.start({ THROTTLE: 'on', BASE_URL: 'https://latchkey.example' });
    await secure.signUp('ada');
    const answer = await guess(secure.agent(), 'ada', PASSWORD);
    expect(setCookie(answer, '__Host-device')).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
    await secure.close();
  });
});

describe('Devices of one account', () => {
  const NEW = 'a heron stands in the rain';
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ THROTTLE: 'on' });
    await app.signUp('ada');
  });
  afterEach(() => app.close());

  const devices = (count: number) =>
    Promise.all(Array.from({ length: count }, () => knownDevice(app, 'ada')));
  /** The responses to five wrong guesses on each. */
  async function guesses(agents: TestAgent[]): Promise<number[]> {
    const answers: number[] = [];
    for (const agent of agents)
      for (let n = 0; n < 5; n += 1) answers.push((await guess(agent, 'ada')).status);
    return answers;
  }
  const changePassword = (agent: TestAgent) =>
    agent.post('/api/v1/auth/password').send({ currentPassword: PASSWORD, newPassword: NEW }).expect(204);

  it('are unknown after a change of password, except the one it was made on', async () => {
    const former = await devices(3);
    const owner = await app.loggedIn('ada');
    await changePassword(owner);
    expect(await guesses(former.slice(0, 2))).toEqual([
      ...Array<number>(5).fill(401),
      ...Array<number>(5).fill(429),
    ]);
    expect((await guess(former[2], 'ada', NEW)).status).toBe(429);
    await owner.post('/api/v1/auth/logout').expect(204);
    expect((await guess(owner, 'ada', NEW)).status).toBe(200);
  });

  it('are not new devices after that, so no mail is sent', async () => {
    const [phone] = await devices(1);
    await changePassword(await app.loggedIn('ada'));
    const told = heard(app, 'auth.loggedIn');
    await guess(phone, 'ada', NEW);
    await guess(app.agent(), 'ada', NEW);
    expect(told.map(({ isNewDevice }) => isNewDevice)).toEqual([false, true]);
  });

  it('can guess 100 times a day together, whatever strangers do, and a log-in on one does not reset the others', async () => {
    const known = await devices(22);
    expect(await guesses(known.slice(0, 10))).not.toContain(429);
    expect((await guess(known[20], 'ada', PASSWORD)).status).toBe(200);
    expect(await guesses(known.slice(10, 20))).not.toContain(429);
    const hashes = hashesOf(app);
    const refused = await guess(known[21], 'ada', PASSWORD);
    expect(refused.status).toBe(429);
    expect(hashes()).toBe(0);
    // A throttled device does not make a stranger wait.
    expect((await guess(app.agent(), 'ada', PASSWORD)).status).toBe(200);
    app.clock.advance(24 * 3_600_000);
    expect((await guess(known[21], 'ada', PASSWORD)).status).toBe(200);
  });

  it('can log in again after a password reset', async () => {
    const email = 'ada@example.com';
    const owner = await app.loggedIn('ada');
    await owner.patch('/api/v1/users/1').send({ email }).expect(200);
    await confirmEmail(app, email);
    await guesses(await devices(20));
    expect((await guess(owner, 'ada', PASSWORD)).status).toBe(429);
    await app.agent().post('/api/v1/auth/password-reset').send({ email }).expect(204);
    const body = { token: await new Mailbox(app).token(email), password: NEW };
    await app.agent().post('/api/v1/auth/password-reset/confirm').send(body).expect(204);
    expect((await guess(owner, 'ada', NEW)).status).toBe(200);
    await owner.post('/api/v1/auth/logout').expect(204);
    expect((await guess(owner, 'ada', NEW)).status).toBe(200);
  });
});
