import { PASSWORD, TestApp } from '../support/app';
import { address, guess, guessFrom, hashesOf, heard, retryAfter, useUpFreeGuesses } from '../support/guesses';
import { flashes, submit } from '../support/page';

const MINUTE = 60_000;

describe('One source', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ THROTTLE: 'on', TRUST_PROXY: '1' });
  });
  afterEach(() => app.close());

  /** Failed log-ins from one address, each for another name. */
  async function fail(times: number, from: string): Promise<void> {
    for (let n = 0; n < times; n += 1) expect((await guessFrom(app, from, `unknown${n}`)).status).toBe(401);
  }

  it('is limited to 100 failed log-ins in 10 minutes, whatever the name', async () => {
    await app.signUp('ada');
    const told = heard(app, 'auth.throttled');
    await fail(100, address(1));
    app.clock.advance(4 * MINUTE);
    const hashes = hashesOf(app);
    const refused = await guessFrom(app, address(1), 'ada', PASSWORD);
    expect(refused.status).toBe(429);
    expect(retryAfter(refused)).toBeGreaterThan(5 * 60);
    expect(retryAfter(refused)).toBeLessThanOrEqual(6 * 60);
    expect(hashes()).toBe(0);
    // The check comes before the body is read, so the account is not known.
    expect(told).toEqual([{ userId: null, scope: 'source' }]);
    expect((await guessFrom(app, address(2), 'ada', PASSWORD)).status).toBe(200);
    app.clock.advance(6 * MINUTE);
    await fail(100, address(1));
  });

  it('is limited to 120 password estimates in a minute, and refused before its body is read', async () => {
    const estimate = (from: string, body: object = { password: PASSWORD }) =>
      app.agent().post('/api/v1/auth/password-strength').set('X-Forwarded-For', from).send(body);
    for (let n = 0; n < 120; n += 1) await estimate(address(1)).expect(200);
    const refused = await estimate(address(1), { password: 1 }).expect(429);
    expect(retryAfter(refused)).toBeGreaterThan(0);
    expect(retryAfter(refused)).toBeLessThanOrEqual(60);
    await estimate(address(2)).expect(200);
    expect((await guessFrom(app, address(1), 'unknown')).status).toBe(401);
    app.clock.advance(MINUTE);
    await estimate(address(1)).expect(200);
  });

  it('may log in more often than it may fail', async () => {
    await app.signUp('ada');
    for (let n = 0; n < 110; n += 1)
      expect((await guessFrom(app, address(1), 'ada', PASSWORD)).status).toBe(200);
  });

  it('does not affect known devices at the same address', async () => {
    await app.signUp('ada');
    const device = app.agent().set('X-Forwarded-For', address(1));
    expect((await guess(device, 'ada', PASSWORD)).status).toBe(200);
    await fail(100, address(1));
    expect((await guess(device, 'ada', PASSWORD)).status).toBe(200);
  });

  it('is limited to 100 sign-ups in 10 minutes, whether or not the name is taken', async () => {
    await app.signUp('ada');
    const signUp = () =>
      app
        .agent()
        .set('X-Forwarded-For', address(1))
        .post('/api/v1/auth/signup')
        .send({ username: 'ada', password: PASSWORD });
    for (let n = 0; n < 100; n += 1) await signUp().expect(409);
    await signUp()
      .expect(429)
      .expect('Retry-After', /^(600|59\d)$/);

    const browser = app.agent().set('X-Forwarded-For', address(1));
    const page = await submit(browser, '/users/signup', { username: 'grace', password: PASSWORD });
    expect(page.status).toBe(429);
    expect(flashes(page)).toEqual(['Too many attempts. Try again in 10 minutes.']);
    expect(page.text).toContain('value="grace"');
    app.clock.advance(10 * MINUTE);
    await signUp().expect(409);
  });

  it('includes all addresses of an IPv6 /64, and both forms of an IPv4 address', async () => {
    for (let n = 0; n < 5; n += 1) await guessFrom(app, `2001:db8:1:2:${n}::${n}`, 'ada');
    expect((await guessFrom(app, '2001:db8:1:2:ffff:ffff:ffff:ffff', 'ada')).status).toBe(429);
    expect((await guessFrom(app, '2001:db8:1:3::', 'ada')).status).toBe(401);

    for (let n = 0; n < 5; n += 1) await guessFrom(app, '198.51.100.7', 'grace');
    expect((await guessFrom(app, '::ffff:198.51.100.7', 'grace')).status).toBe(429);
  });

  it("is the address from the proxy, not from the client's header", async () => {
    for (let n = 0; n < 5; n += 1) await guessFrom(app, `${address(n)}, 203.0.113.9`, 'ada');
    expect((await guessFrom(app, `${address(9)}, 203.0.113.9`, 'ada')).status).toBe(429);
  });

  it('cannot choose its address if no proxy is trusted', async () => {
    const alone = await app.another({ TRUST_PROXY: 'off' });
    const spoofing = (n: number) =>
      alone.agent().set({
        'X-Forwarded-For': address(n),
        'X-Real-IP': address(n),
        Forwarded: `for=${address(n)}`,
        'CF-Connecting-IP': address(n),
      });
    for (let n = 0; n < 5; n += 1) expect((await guess(spoofing(n), 'ada')).status).toBe(401);
    expect((await guess(spoofing(5), 'ada')).status).toBe(429);
  });

  it('is not limited with THROTTLE=off', async () => {
    const open = await app.another({ THROTTLE: 'off' });
    for (let n = 0; n < 4; n += 1) await useUpFreeGuesses(open.agent(), 'ada');
  });
});
