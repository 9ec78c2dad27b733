import { isTooLong, normalForm } from './normal-form';

describe('A normal form', () => {
  it('is made of a text of bounded length alone', () => {
    expect(normalForm('e\u0301', 'NFC')).toBe('é');
    expect(() => normalForm('\u0344'.repeat(1_025), 'NFC')).toThrow(RangeError);
  });

  it('never has as few characters as are asked for when the raw text is too long', () => {
    let most = 0;
    for (let code = 0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const character = String.fromCodePoint(code);
      if (character.normalize('NFC') === character) most = Math.max(most, character.normalize('NFD').length);
    }
    expect(isTooLong('a'.repeat(most * 10), 10)).toBe(false);
    expect(isTooLong('a'.repeat(61), 10)).toBe(true);
  });
});
