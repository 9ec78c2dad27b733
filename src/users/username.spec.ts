import fc from 'fast-check';
import { canonicalUsername, usernameObjections } from './username';

const LETTERS_ONLY = ['Use only letters, digits, dots, underscores and hyphens.'];
const ONE_SCRIPT = ['Use letters of one script only.'];
const TOO_LONG = ['Use at most 64 characters.'];

const any = fc.string({ unit: 'binary', maxLength: 20 });
const allowed = fc.string({
  unit: fc.constantFrom(...Array.from('abcxyzABCXYZ019._-ßéÅıſﬁ')),
  minLength: 1,
  maxLength: 20,
});
const good = fc.oneof(allowed, any).filter((name) => usernameObjections(name).length === 0);

const wide = (name: string) =>
  name.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
const DISGUISES: ((name: string) => string)[] = [
  (name) => name.toUpperCase(),
  (name) => name.toLowerCase(),
  wide,
  (name) => wide(name.toUpperCase()),
  (name) => ` \t${name}\u3000\n`,
  (name) => name.normalize('NFD'),
  (name) => name.normalize('NFKC'),
  (name) => name.normalize('NFKD'),
];

describe('The canonical form of a name', () => {
  it.each([
    ['Ada', 'ada'],
    ['  ada\u3000', 'ada'],
    ['ＡＤＡ', 'ada'],
    ['\u{1d4d0}\u{1d4ed}\u{1d4ea}', 'ada'],
    ['\u212aelvin', 'kelvin'],
    ['\u212bsa', 'åsa'],
    ['k\u0131n', 'kin'],
    ['\u017fam', 'sam'],
    ['Straße', 'strasse'],
    ['STRASSE', 'strasse'],
    ['e\u0301va', 'éva'],
    ['ﬁn', 'fin'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['ΣΊΣΥΦΟσ', 'σίσυφος'],
    ['Ада', 'ада'],
    ['②', '2'],
    ['℻', 'fax'],
  ])('of %j is %j', (name, canonical) => {
    expect(canonicalUsername(name)).toBe(canonical);
  });

  it('of a name that can be taken is its own canonical form, and can be taken as well', () => {
    fc.assert(
      fc.property(good, (name) => {
        const canonical = canonicalUsername(name);
        expect(canonicalUsername(canonical)).toBe(canonical);
        expect(usernameObjections(canonical)).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is the same in every case, width and composition, and with spaces around', () => {
    fc.assert(
      fc.property(good, fc.constantFrom(...DISGUISES), (name, disguise) => {
        expect(canonicalUsername(disguise(name))).toBe(canonicalUsername(name));
      }),
      { numRuns: 5_000 },
    );
  });

  it('holds nothing that two databases could compare in two ways', () => {
    fc.assert(
      fc.property(good, (name) => {
        expect(canonicalUsername(name)).toMatch(/^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{Nd}._-]{1,64}$/u);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('A name', () => {
  it.each([
    'a',
    'ada',
    'Ada.Lovelace',
    'x_1-2',
    '007',
    'ß',
    'Åsa',
    'Ада',
    'Ελένη',
    '山田',
    'やまだ',
    '山田ハナコ',
    '김철수',
    'עדה',
    'أدا',
    'अदा',
    'a'.repeat(64),
  ])('can be %s', (name) => {
    expect(usernameObjections(name)).toEqual([]);
  });

  it.each([
    '',
    '.',
    '...',
    '_-_',
    'a b',
    'a\tb',
    'a\nb',
    'a/b',
    'a@b',
    "a'b",
    '<b>',
    'a\u0000b',
    'a\u200bb',
    'a\u200db',
    'a\u00adb',
    'a\u202eb',
    'a\u2028b',
    '\u3164',
    '가\u1160가',
    'ក\u17b4',
    'a\ud800',
    '\u{1f600}',
    '½x',
  ])('cannot be %j', (name) => {
    expect(usernameObjections(name)).toEqual(LETTERS_ONLY);
  });

  it.each([
    '\u0430dmin',
    'p\u03b1ypal',
    'admin\u0661',
    'иgor',
    'aע',
    '山a',
    'ab\u0327\u0307c',
    'i\u0307stanbul',
  ])('cannot be of two scripts, nor carry stray marks: %j', (name) => {
    expect(usernameObjections(name)).toEqual(ONE_SCRIPT);
  });

  it.each(['a'.repeat(65), 'ß'.repeat(33), 'ﬃ'.repeat(22), '\ufdfa'.repeat(4), '\u{1d4d0}'.repeat(65)])(
    'cannot be longer than its column, as typed or in its canonical form: %s',
    (name) => {
      expect(usernameObjections(name)).toEqual(TOO_LONG);
    },
  );
});
