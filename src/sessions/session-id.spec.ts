import { randomBytes } from 'node:crypto';
import { newSessionId, signedId, verifiedId } from './session-id';

const newId = () => randomBytes(32).toString('base64url');

describe('A signed session ID', () => {
  it('is verified by the secret that signed it, wherever that stands in the list', () => {
    for (let round = 0; round < 200; round += 1) {
      const id = newId();
      const text = signedId(id, 'old');
      expect(verifiedId(text, ['old'])).toBe(id);
      expect(verifiedId(text, ['new', 'old', 'oldest'])).toBe(id);
      expect(verifiedId(text, ['new', 'older'])).toBeUndefined();
      expect(verifiedId(text, [])).toBeUndefined();
    }
  });

  it('with any character changed to any other is nothing', () => {
    const text = signedId(newId(), 'secret');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ %:\u00e9';
    for (let at = 0; at < text.length; at += 1) {
      for (const letter of alphabet) {
        if (letter === text[at]) continue;
        const changed = text.slice(0, at) + letter + text.slice(at + 1);
        expect({ changed, id: verifiedId(changed, ['secret']) }).toEqual({ changed, id: undefined });
      }
    }
  });

  it.each([
    ['cut', (text: string) => text.slice(0, -1)],
    ['longer', (text: string) => `${text}A`],
    ['padded', (text: string) => `${text}=`],
    ['with a line break', (text: string) => `${text}\n`],
    ['without its mark', (text: string) => text.slice(2)],
    ['without its signature', (text: string) => text.slice(0, text.indexOf('.'))],
    ['twice', (text: string) => text + text],
    ['empty', () => ''],
  ])('%s is nothing', (_, change) => {
    expect(verifiedId(change(signedId(newId(), 'secret')), ['secret'])).toBeUndefined();
  });

  it('that did not come is nothing', () => {
    expect(verifiedId(undefined, ['secret'])).toBeUndefined();
  });
});

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
