import fc from 'fast-check';
import { seal, unseal } from './seal';

const TOKEN = 'a'.repeat(43);

describe('A sealed text', () => {
  it('is opened by its token and its label', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (label, text) => {
        expect(unseal(TOKEN, label, seal(TOKEN, label, text))).toBe(text);
      }),
    );
  });

  it('is opened by no other token and under no other label', () => {
    const sealed = seal(TOKEN, 'ada', 'secret');
    expect(unseal('b'.repeat(43), 'ada', sealed)).toBeNull();
    expect(unseal(TOKEN, 'grace', sealed)).toBeNull();
  });

  it('is not opened when any of its bytes was altered, or some are missing', () => {
    const sealed = Buffer.from(seal(TOKEN, 'ada', 'secret'), 'base64url');
    for (let index = 0; index < sealed.length; index += 1) {
      const altered = Buffer.from(sealed);
      altered[index] ^= 1;
      expect(unseal(TOKEN, 'ada', altered.toString('base64url'))).toBeNull();
      expect(unseal(TOKEN, 'ada', sealed.subarray(0, index).toString('base64url'))).toBeNull();
    }
  });

  it('shows nothing, not even that two texts are the same', () => {
    const [one, other] = [seal(TOKEN, 'ada', 'secret'), seal(TOKEN, 'ada', 'secret')];
    expect(one).not.toBe(other);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('secret');
  });
});
