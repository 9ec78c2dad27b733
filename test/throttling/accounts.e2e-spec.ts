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

  /** One guess from each of so many sources. @returns how many were looked at */
  async function attack(username: string, sources: number, first = 0): Promise<number> {
    const hashes = hashesOf(app);
    for (let n = 0; n < sources; n += 20) {
      const wave = Array.from({ length: 20 }, (_, index) => address(first + n + index));
      await Promise.all(wave.map((from) => guessFrom(app, from, username)));
    }
    return hashes();
  }

  it('are looked at 100 times and no more, and the devices of its user still get in', async () => {
    const device = await knownDevice(app, 'ada');
    const locked = heard(app, 'auth.accountLocked');
    expect(await attack('ada', 1_000)).toBe(100);
    expect(locked).toEqual([{ userId: 1 }]);

    const elsewhere = await guessFrom(app, '203.0.113.1', 'ada', PASSWORD);
    expect(elsewhere.status).toBe(429);
    expect((await guess(device, 'ada', PASSWORD)).status).toBe(200);
    expect((await guessFrom(app, '203.0.113.1', 'ada', PASSWORD)).status).toBe(429);
  });

  it('are looked at again after a day, which tries in between do not prolong', async () => {
    await attack('ada', 100);
    const early = await guessFrom(app, '203.0.113.1', 'ada', PASSWORD);
    expect((early.body as { detail: string }).detail).toBe('Too many attempts. Try again in 24 hours.');
    app.clock.advance(DAY / 2);
    await attack('ada', 100, 1_000);
    expect(retryAfter(await guessFrom(app, '203.0.113.1', 'ada', PASSWORD))).toBeLessThanOrEqual(DAY / 2_000);
    app.clock.advance(DAY / 2);
    expect((await guessFrom(app, '203.0.113.1', 'ada', PASSWORD)).status).toBe(200);
  });

  it('count only as long as nobody has logged in from elsewhere meanwhile', async () => {
    await attack('ada', 80);
    expect((await guessFrom(app, '203.0.113.1', 'ada', PASSWORD)).status).toBe(200);
    expect(await attack('ada', 80, 1_000)).toBe(80);
  });

  it('get the same answer for a name that nobody has', async () => {
    await attack('nobody', 100);
    const nobody = await guessFrom(app, '203.0.113.1', 'nobody');
    await attack('ada', 100);
    const ada = await guessFrom(app, '203.0.113.1', 'ada');
    const told = ({ status, body }: typeof ada) => [status, { ...(body as object), requestId: '' }];
    expect(told(nobody)).toEqual(told(ada));
  });

  it('are not let through by the device of another user, nor by one that was made up', async () => {
    await app.signUp('mallory');
    const device = await knownDevice(app, 'mallory');
    await useUpFreeGuesses(device, 'ada');
    expect((await guess(device, 'ada', PASSWORD)).status).toBe(429);
    const made = app.agent().set('Cookie', 'device=eyJpZCI6ImEiLCJ1c2VycyI6WyJhIl19.1795392000.AAAA');
    expect((await guess(made, 'ada', PASSWORD)).status).toBe(429);
  });
});
