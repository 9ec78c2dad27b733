import type { Request } from 'express';
import { Throttle } from '../../src/throttling/throttle';
import { TooManyAttempts } from '../../src/throttling/too-many-attempts';
import { TestApp } from '../support/app';

describe('An IPv6 network (/48)', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE: 'on' });
  });
  afterAll(() => app.close());

  const from = (ip: string) =>
    app.app.get(Throttle, { strict: false }).source({ ip, headers: {} } as Request, 'password-reset');
  const address = (network: string, n: number) => `2001:db8:${network}:${n.toString(16)}::1`;

  it('is limited to 1,000 requests in 10 minutes, and creates no more rows', async () => {
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
