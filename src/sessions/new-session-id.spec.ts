import { newSessionId } from './session-id';

describe('A new session ID', () => {
  const ids = Array.from({ length: 5_000 }, newSessionId);

  it('is 256 bits in 43 characters, as express-session signs them', () => {
    for (const id of ids) {
      expect(id).toMatch(/^[\w-]{43}$/);
      expect(Buffer.from(id, 'base64url')).toHaveLength(32);
    }
  });

  it('is never one that was given out before', () => {
    expect(new Set(ids).size).toBe(ids.length);
    // Two equal 8-byte parts among all IDs have a chance of one in ten billion.
    const parts = ids.flatMap((id) => Buffer.from(id, 'base64url').toString('hex').match(/.{16}/g) ?? []);
    expect(new Set(parts).size).toBe(ids.length * 4);
  });

  it('has each of its bits set half of the time', () => {
    const set = new Array<number>(256).fill(0);
    for (const id of ids) {
      const bytes = Buffer.from(id, 'base64url');
      set.forEach((_, bit) => (set[bit] += (bytes[bit >> 3] >> (bit & 7)) & 1));
    }
    // Half of the IDs ± six standard deviations: one run in two million fails by chance.
    for (const count of set)
      expect(Math.abs(count - ids.length / 2)).toBeLessThan(6 * Math.sqrt(ids.length / 4));
  });
});
