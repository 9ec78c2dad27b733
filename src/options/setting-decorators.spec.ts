import { parseDuration, parseSize } from './setting-decorators';

describe('A duration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
    [' 1h ', 3_600_000],
    ['007s', 7_000],
    ['0s', 0],
  ])('%j is %d milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    '30',
    '30 m',
    'm',
    '-1s',
    '+1s',
    '1.5h',
    '1e3s',
    '30M',
    '30min',
    '1w',
    '1h30m',
    '0x1s',
    '１s',
    'Infinity',
    '1234567890s',
  ])('%j is none: its unit must be said, and nothing but it', (text) => {
    expect(parseDuration(text)).toBeNaN();
  });
});

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
