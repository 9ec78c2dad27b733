import { ATTEMPT_MS, LEASE_MS, waitAfter } from './retries';

const HOUR = 3_600_000;

describe('The wait for the next attempt', () => {
  it('doubles from 15 seconds to an hour', () => {
    const waits = [1, 2, 3, 8, 9, 500].map((attempts) => waitAfter(attempts, 0));
    expect(waits).toEqual([15_000, 30_000, 60_000, 1_920_000, HOUR, HOUR]);
  });

  it('ends after three days', () => {
    expect(waitAfter(80, 72 * HOUR - 1)).toBe(HOUR);
    expect(waitAfter(80, 72 * HOUR)).toBeNull();
  });

  it('cannot begin elsewhere while an attempt may still be under way', () => {
    expect(LEASE_MS).toBeGreaterThanOrEqual(ATTEMPT_MS + 30_000);
  });
});
