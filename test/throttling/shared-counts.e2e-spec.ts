import { ExpiredCounters } from '../../src/throttling/throttle-counters';
import { PASSWORD, TestApp } from '../support/app';
import { address, guess, guessFrom, hashesOf, useUpFreeGuesses } from '../support/guesses';
import { dump, statements } from '../support/probes';

const DAY = 24 * 3_600_000;

describe('The counters of the throttle', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ THROTTLE: 'on', TRUST_PROXY: '1' });
    await app.signUp('ada');
  });
  afterEach(() => app.close());

  const countCounters = async (): Promise<number> => {
    const rows: { count: string }[] = await app.dataSource.query(
      'SELECT COUNT(*) AS count FROM throttle_counters',
    );
    return Number(rows[0].count);
  };

  it('are shared by all instances', async () => {
    const second = await app.another();
    await guess(app.agent(), 'ada');
    await guess(second.agent(), 'ada');
    await guess(app.agent(), 'ada');
    for (let n = 0; n < 2; n += 1) expect((await guess(second.agent(), 'ada')).status).toBe(401);
    for (const instance of [app, second]) {
      expect((await guess(instance.agent(), 'ada', PASSWORD)).status).toBe(429);
    }
  });

  it('allow five of 50 concurrent guesses on two instances', async () => {
    const second = await app.another();
    for (const { clock } of [app, second]) clock.freeze(); // a second later one more guess is free
    const counts = [app, second].map(hashesOf);
    await Promise.all(Array.from({ length: 50 }, (_, n) => guess((n % 2 ? app : second).agent(), 'ada')));
    expect(counts.reduce((sum, hashes) => sum + hashes(), 0)).toBe(5);
  });

  it('survive a restart', async () => {
    await useUpFreeGuesses(app.agent(), 'ada');
    app = await app.restart();
    expect((await guess(app.agent(), 'ada', PASSWORD)).status).toBe(429);
  });

  it('are exact for concurrent requests from many sources', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, n) => guessFrom(app, address(n), 'ada')));
    const rows: { failures: number }[] = await app.dataSource.query(
      'SELECT MAX(failures) AS failures FROM throttle_counters',
    );
    expect(rows[0].failures).toBe(60);
  });

  it('do not include an attempt that could not be verified', async () => {
    const busy = await app.another({ HASH_QUEUE: '1', BCRYPT_COST: '10' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => guessFrom(busy, address(n), 'unknown')),
    );
    const looked = answers.filter(({ status }) => status === 401).length;
    expect(looked).toBeLessThan(20);
    const rows: { failures: number }[] = await app.dataSource.query(
      'SELECT MAX(failures) AS failures FROM throttle_counters',
    );
    expect(rows[0].failures).toBe(looked);
  });

  it('do not reveal the attacked account or the source', async () => {
    await guessFrom(app, '203.0.113.77', 'a-password-typed-as-a-name');
    const counters = JSON.stringify(await app.dataSource.query('SELECT * FROM throttle_counters'));
    expect(counters).not.toContain('203.0.113.77'); // which the audit log stores, on purpose
    expect(await dump(app)).not.toContain('a-password-typed-as-a-name');
  });

  it('are deleted in batches after they expired, and no others', async () => {
    const at = app.clock.now() + DAY;
    for (let n = 0; n < 703; n += 1)
      await app.write(`INSERT INTO throttle_counters VALUES ('key${n}', 1, 0, ${at}, 0)`);
    app.clock.advance(DAY);
    await guess(app.agent(), 'ada');
    const seen = statements(app);
    await app.app.get(ExpiredCounters, { strict: false }).purge();
    expect(await countCounters()).toBe(3);
    expect(seen.filter((sql) => /^DELETE FROM "throttle_counters"/i.test(sql))).toHaveLength(2);
  });
});
