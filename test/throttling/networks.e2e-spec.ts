import type { Request } from 'express';
import { Throttle } from '../../src/throttling/throttle';
import { TooManyAttempts } from '../../src/throttling/too-many-attempts';
import { TestApp } from '../support/app';

describe('A network of IPv6 (/48), of which each /64 is a source', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE: 'on' });
  });
  afterAll(() => app.close());

  const from = (ip: string) =>
    app.app.get(Throttle, { strict: false }).source({ ip, headers: {} } as Request, 'password-reset');
  const address = (network: string, n: number) => `2001:db8:${network}:${n.toString(16)}::1`;

  it('asks 1,000 times in 10 minutes at most, and makes no more rows', async () => {
    for (let n = 0; n < 1_000; n++) await from(address('1', n));
    for (let n = 1_000; n < 1_100; n++) await expect(from(address('1', n))).rejects.toThrow(TooManyAttempts);
    const [{ rows }] = await app.dataSource.query<{ rows: number | string }[]>(
      'SELECT count(*) AS rows FROM throttle_counters',
    );
    expect(Number(rows)).toBe(1_001);
    await from(address('2', 1));
    await from('203.0.113.7');
    app.clock.advance(10 * 60_000);
    await from(address('1', 1));
  });
});
