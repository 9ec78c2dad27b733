import { PASSWORD, TestApp } from '../support/app';
import {
  address,
  guess,
  guessFrom,
  hashesOf,
  heard,
  knownDevice,
  retryAfter,
  useUpFreeGuesses,
} from '../support/guesses';

const DAY = 24 * 3_600_000;

describe('Guesses at one account from everywhere', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ THROTTLE: 'on', TRUST_PROXY: '1' });
    await app.signUp('ada');
  });
  afterEach(() => app.close());

  /** One guess from each of this many sources. @returns how many were verified */
  async function attack(username: string, sources: number, first = 0): Promise<number> {
    const hashes = hashesOf(app);
    for (let n = 0; n < sources; n += 20) {
      const wave = Array.from({ length: 20 }, (_, index) => address(first + n + index));
      await Promise.all(wave.map((from) => guessFrom(app, from, username)));
    }
    return hashes();
  }

  it('are verified 100 times at most, and the devices of its user can still log in', async () => {
    const device = await knownDevice(app, 'ada');
    const locked = heard(app, 'auth.accountLocked');
    expect(await attack('ada', 1_000)).toBe(100);
    expect(locked).toEqual([{ userId: 1 }]);

    const elsewhere = await guessFrom(app, '203.0.113.1', 'ada', PASSWORD);
    expect(elsewhere.status).toBe(429);
    expect((await guess(device, 'ada', PASSWORD)).status).toBe(200);
    expect((await guessFrom(app, '203.0.113.1', 'ada', PASSWORD)).status).toBe(429);
  });

  it('are verified again after a day, which attempts in between do not extend', async () => {
    await attack('ada', 100);
    const early = await guessFrom(app, '203.0.113.1', 'ada', PASSWORD);
    expect((early.body as { detail: string }).detail).toBe('Too many attempts. Try again in 24 hours.');
    app.clock.advance(DAY / 2);
    await attack('ada', 100, 1_000);
    expect(retryAfter(await guessFrom(app, '203.0.113.1', 'ada', PASSWORD))).toBeLessThanOrEqual(DAY / 2_000);
    app.clock.advance(DAY / 2);
    expect((await guessFrom(app, '203.0.113.1', 'ada', PASSWORD)).status).toBe(200);
  });

  it('count only until the next log-in from elsewhere', async () => {
    await attack('ada', 80);
    expect((await guessFrom(app, '203.0.113.1', 'ada', PASSWORD)).status).toBe(200);
    expect(await attack('ada', 80, 1_000)).toBe(80);
  });

  it('get the same response for an unknown name', async () => {
    await attack('unknown', 100);
    const unknown = await guessFrom(app, '203.0.113.1', 'unknown');
    await attack('ada', 100);
    const ada = await guessFrom(app, '203.0.113.1', 'ada');
    const visible = ({ status, body }: typeof ada) => [status, { ...(body as object), requestId: '' }];
    expect(visible(unknown)).toEqual(visible(ada));
  });

  it('are not exempted by the device of another user, nor by a forged one', async () => {
    await app.signUp('mallory');
    const device = await knownDevice(app, 'mallory');
    await useUpFreeGuesses(device, 'ada');
    expect((await guess(device, 'ada', PASSWORD)).status).toBe(429);
    const made = app.agent().set('Cookie', 'device=eyJpZCI6ImEiLCJ1c2VycyI6WyJhIl19.1795392000.AAAA');
    expect((await guess(made, 'ada', PASSWORD)).status).toBe(429);
  });
});
