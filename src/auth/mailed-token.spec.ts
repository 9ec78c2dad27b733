import { mailedToken } from './mailed-token';

const TOKEN = 'Zt4yQnT0vUe0oE9c1nGxWq3bq0m2yY1r5s7uKp8dL-_';

describe('A mailed token', () => {
  it.each([
    '',
    '.',
    '>',
    ',',
    ')',
    ' ',
    '\u200b',
    '\ufeff',
    '\u00a0',
    '."',
    ').\r\n',
    '/',
    '=',
    '…',
    '>)\u200b.',
  ])('is the same with %j behind it', (tail) => {
    expect(mailedToken(TOKEN + tail)).toBe(TOKEN);
  });

  it.each([`.${TOKEN}`, ` ${TOKEN}`, `${TOKEN}a`, `${TOKEN}-`, `${TOKEN}_.`, TOKEN.slice(1), '', '.'])(
    'is no other text: %j',
    (text) => {
      expect(mailedToken(text)).toBe(text);
    },
  );
});
