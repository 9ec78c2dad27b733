import { PASSWORD, TestApp } from '../support/app';
import { tellFigures } from '../support/figures';
import { guess, hashesOf } from '../support/guesses';
import { hydra } from './hydra';
import { TIMEOUT_MS } from './program';
import { Traffic } from './traffic';
import { GUESSABLE, VulnerableApp } from './vulnerable-app';

const WRONG = Array.from({ length: 30 }, (_, n) => `wrong password ${n}`);
/** See `hydra`: a 401 would keep it from guessing, and the throttle would prove nothing. */
const disguised = { 401: 422 };

describe('hydra', () => {
  let vulnerable: VulnerableApp;
  let app: TestApp;
  let traffic: Traffic;

  beforeEach(async () => {
    vulnerable = await VulnerableApp.start();
    new Traffic(vulnerable.server, { disguised });
    app = await TestApp.start({ THROTTLE: 'on' });
    await app.signUp('ada');
    traffic = new Traffic(app.server, { disguised });
  });
  afterEach(async () => {
    await vulnerable.close();
    await app.close();
  });

  it(
    'finds the 31st password of the vulnerable application',
    async () => expect(await hydra(vulnerable.port, 'ada', [...WRONG, GUESSABLE])).toEqual([GUESSABLE]),
    TIMEOUT_MS,
  );

  it(
    'finds a right password among the free guesses',
    async () => expect(await hydra(app.port, 'ada', [WRONG[0], PASSWORD])).toEqual([PASSWORD]),
    TIMEOUT_MS,
  );

  it(
    'does not reach the 31st password, while the owner can log in on a known device',
    async () => {
      const device = await app.loggedIn('ada');
      await device.post('/api/v1/auth/logout').expect(204);
      const hashes = hashesOf(app);

      expect(await hydra(app.port, 'ada', [...WRONG, PASSWORD])).toEqual([]);

      const { 401: wrong, 429: early } = traffic.statuses('/users/login');
      tellFigures('hydra', { hashes: hashes(), ...traffic.statuses('/users/login') });
      expect(hashes()).toBe(wrong);
      expect(wrong).toBeLessThan(8);
      expect(early).toBeGreaterThan(20);
      expect(traffic.failures).toEqual([]);
      expect((await guess(device, 'ada', PASSWORD)).status).toBe(200);
    },
    TIMEOUT_MS,
  );
});
