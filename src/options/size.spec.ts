import { parseSize } from './setting-decorators';

describe('A size', () => {
  it.each([
    ['0B', 0],
    ['512B', 512],
    ['64kB', 65_536],
    [' 2MB ', 2_097_152],
  ])('%j is %i bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', '64', '64 kB', '64KB', '64kb', '-1kB', '1.5kB', 'kB', '1GB', '9999999999B'])(
    'is not %j',
    (text) => {
      expect(parseSize(text)).toBeNaN();
    },
  );
});
