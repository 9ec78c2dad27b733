import { parse } from 'pg-connection-string';
import { readSettings, SettingsError } from './load-settings';

const HEAD = 'Swordfish1';
const TAIL = 'Trout2';
const CHARACTERS = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const URLS: Record<string, (password: string) => string> = {
  DATABASE_URL: (password) => `postgres://app:${password}@db.example/app`,
  REDIS_URL: (password) => `redis://app:${password}@cache.example:6379`,
  SMTP_URL: (password) => `smtp://app:${password}@mail.example:587`,
};
const FIELDS = { DATABASE_URL: 'databaseUrl', REDIS_URL: 'redisUrl', SMTP_URL: 'smtpUrl' } as const;

describe.each(Object.keys(URLS) as (keyof typeof FIELDS)[])('A password in %s', (name) => {
  const read = (password: string): string | SettingsError => {
    try {
      const url = String(readSettings({ [name]: URLS[name](password) })[FIELDS[name]]);
      return name === 'DATABASE_URL'
        ? String(parse(url).password)
        : decodeURIComponent(new URL(url).password);
    } catch (error) {
      return error as SettingsError;
    }
  };

  it('is taken as it was typed or refused, with any character inside, and no part of it is told', () => {
    for (const character of CHARACTERS) {
      const password = `${HEAD}${character}${TAIL}`;
      const result = read(password);
      if (typeof result === 'string') {
        expect(result).toBe(password);
        continue;
      }
      expect(result).toBeInstanceOf(SettingsError);
      expect(result.message).toContain(name);
      expect(result.stack).not.toMatch(new RegExp(`${HEAD}|${TAIL}`, 'i'));
    }
  });

  it.each(['x@Trout2#1', 'x#Trout2', 'x/Trout2', '12/Trout2', 'x?Trout2', 'x%Trout2', '%ff', '1@2/3@Trout2'])(
    'that is %s is refused with the word percent-encode',
    (password) => {
      const { message } = read(password) as SettingsError;
      expect(message).toMatch(new RegExp(`${name} cannot be read: percent-encode`));
      expect(message).not.toMatch(/trout|swordfish/i);
    },
  );

  it('works with every character when it is encoded', () => {
    const all = CHARACTERS.join('');
    expect(read(encodeURIComponent(all))).toBe(all);
  });
});

it('A path of SQLite may hold any of these characters', () => {
  expect(readSettings({ DATABASE_URL: 'sqlite:/tmp/a#b@c%d.sqlite' }).databaseUrl).toBe(
    'sqlite:/tmp/a#b@c%d.sqlite',
  );
});
