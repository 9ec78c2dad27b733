import { loadSettings } from '../config/load-settings';
import { PasswordPolicy } from './password-policy';

const policy = (environment: Record<string, string> = {}) =>
  new PasswordPolicy(loadSettings({ SESSION_SECRET: 'unused', ...environment }));

describe('A password', () => {
  it.each([
    'eight888',
    'correct horse battery staple',
    'no rules of composition',
    '        x',
    '\u{1f511}'.repeat(8),
    '\u{1f511}'.repeat(128),
    'p'.repeat(128),
    'Пароль на кириллице',
    'with "quotes" <and> {{braces}}',
    'tab\tand\nline',
  ])('may be %j', (password) => {
    expect(policy().objections(password)).toEqual([]);
  });

  it.each(['', ' ', '          ', '\t\n\u3000'])('may not be blank: %j', (password) => {
    expect(policy().objections(password)).toEqual(['This field is required.']);
  });

  it.each(['seven77', '\u{1f511}'.repeat(7), 'e\u0301'.repeat(7)])(
    'may not be shorter than 8 characters, an emoji or an accented letter counting as one: %j',
    (password) => {
      expect(policy().objections(password)).toEqual(['Use at least 8 characters.']);
    },
  );

  it.each(['p'.repeat(129), '\u{1f511}'.repeat(129), 'p'.repeat(1_000_000)])(
    'may not be longer than 128 characters (%#)',
    (password) => {
      expect(policy().objections(password)).toEqual(['Use at most 128 characters.']);
    },
  );

  it.each(['password\ud800', '\udc00password', 'pass\udc00\ud800word'])(
    'may not hold half a character, which would match any other half: %j',
    (password) => {
      expect(policy().objections(password)).toEqual(['Use only valid Unicode characters.']);
    },
  );

  it('is as long as it must be in every Unicode form', () => {
    for (const form of ['NFC', 'NFD'] as const) {
      expect(policy().objections('éééééééé'.normalize(form))).toEqual([]);
      expect(policy().objections('ééééééé'.normalize(form))).toEqual(['Use at least 8 characters.']);
    }
  });

  it('must be as long as PASSWORD_MIN_LENGTH says', () => {
    const strict = policy({ PASSWORD_MIN_LENGTH: '15' });
    expect(strict.objections('p'.repeat(14))).toEqual(['Use at least 15 characters.']);
    expect(strict.objections('p'.repeat(15))).toEqual([]);
  });
});
