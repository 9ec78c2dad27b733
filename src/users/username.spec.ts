import fc from 'fast-check';
import { canonicalUsername, usernameObjections } from './username';

const LETTERS_ONLY = ['Use only letters, digits, dots, underscores and hyphens.'];
const ONE_SCRIPT = ['Use letters of one script only.'];
const ACCENTS = ['Use accents only on letters, two on one at most.'];
const STRIKES = ['Use only accents that are written on letters of their script.'];
const TOO_LONG = ['Use at most 64 characters.'];

/** Lower-case letters without a capital. */
const PHONETIC =
  /(?![ĸϼ]|\p{Changes_When_Uppercased})(?=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{Ll}|ʀ/u;

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
    ['İbrahim', 'ibrahim'],
    ['i\u0307brahim', 'ibrahim'],
    ['IBRAHIM', 'ibrahim'],
    ['İBRAHİM', 'ibrahim'],
    ['\u0131brahim', 'ibrahim'],
    ['i\u0323\u0307', '\u1ecb'],
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
    'メアリー',
    'ユーザー',
    'İbrahim',
    'Adébọ́lá',
    'Adébọ́lá'.normalize('NFD'),
    'Мари́я',
    'मुहम्मद',
    'Oʻzbek',
    'м\u02bcята',
    '山田Taro',
    '김Kim',
    'Ɓaɗo_ƙarami',
    'Ɖeɖe-ƒiaga',
    'Kɔfi.Aŋɛla',
    'Əliyev',
    'Ɣeli_Ʋuwɔ',
    'Kalaaĸ',
    'Groß',
    '佐々木',
    'محمد١',
    'a'.repeat(64),
  ])('can be %s', (name) => {
    expect(usernameObjections(name)).toEqual([]);
  });

  it.each(['ᴘaypal', 'paypaʟ', 'paypaɭ', 'ᴀdmin', 'ʀoot', 'ꜱupport', 'ѕᴫуга'])(
    'cannot be %s, which holds a small capital or a sign of phonetics',
    (name) => {
      const [objection] = usernameObjections(name);
      expect(objection).toMatch(/^“.” is a sign of phonetics or a small capital/u);
    },
  );

  it.each([
    '',
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

  it.each(['.', '...', '_-_'])('needs a letter or a digit: %j', (name) => {
    expect(usernameObjections(name)).toEqual(['Use at least one letter or digit.']);
  });

  it.each(['\u0430dmin', 'p\u03b1ypal', 'admin\u0661', 'иgor', 'aע', 'иヤ', 'ㄅカ'])(
    'cannot be of two scripts: %j',
    (name) => {
      expect(usernameObjections(name)).toEqual(ONE_SCRIPT);
    },
  );

  it.each(['\u0301ada', 'a.\u0301b', 'q\u0301\u0301b', 'q\u0301\u0300\u0302', 'a_\u0301'])(
    'cannot carry stray accents: %j',
    (name) => {
      expect(usernameObjections(name)).toEqual(ACCENTS);
    },
  );

  it.each(['a\u0334b', 'a\u20ddb'])(
    'cannot carry marks that are not of its script, or strike its letters through: %j',
    (name) => {
      expect(usernameObjections(name)).toEqual(STRIKES);
    },
  );

  it.each([
    ['ᏣᎳᎩ', 'Ꮳ'],
    ['ߒߞߏ', 'ߒ'],
    ['ⵜⵉⴼ', 'ⵜ'],
    ['adaᏣ', 'Ꮳ'],
    ['\u{10330}\u{10331}', '\u{10330}'],
  ])('of a script that is not supported is refused with scripts that are: %s', (name, letter) => {
    const [objection] = usernameObjections(name);
    expect(objection.toUpperCase()).toContain(
      `“${letter.toUpperCase()}” IS FROM A SCRIPT THAT IS NOT SUPPORTED`,
    );
    expect(objection).toContain('Latin, Arabic, Devanagari or Han');
  });

  // UAX 31, table 5: letters of each script recommended for identifiers.
  it.each([
    'Αθηνά',
    'Արամ',
    'გიორგი',
    'מרים',
    'فاطمة',
    'އަހުމަދު',
    'ሰላም',
    'প্রিয়া',
    'ਗੁਰਪ੍ਰੀਤ',
    'કૃષ્ણ',
    'ପ୍ରିୟା',
    'முருகன்',
    'లక్ష్మి',
    'ಕೃಷ್ಣ',
    'കൃഷ്ണൻ',
    'කුමාර',
    'สมชาย',
    'ກຳ',
    'བསྟན་འཛིན'.replace('་', ''),
    'အောင်',
    'សុខា',
    'ㄅㄆㄇ',
    'ひらがな',
    'カタカナ',
    '李小龍',
    '이순신',
    'Александр',
    'Nguyễn',
  ])('may be written in every script that Unicode recommends: %s', (name) => {
    expect(usernameObjections(name)).toEqual([]);
    expect(usernameObjections(name.normalize('NFD'))).toEqual([]);
  });

  it('that could be taken before marks and other scripts were, still can without signs of phonetics, and is the same', () => {
    const before = (name: string) =>
      name.trim().normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
    const scripts =
      'Latin Cyrillic Greek Armenian Georgian Hebrew Arabic Thaana Ethiopic Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Khmer';
    const kinds = [
      ...scripts.split(' '),
      'Han}\\p{Script=Hiragana}\\p{Script=Katakana',
      'Han}\\p{Script=Hangul',
    ];
    const couldBe = kinds.map((script) => new RegExp(`^[\\p{Script=${script}}0-9._-]+$`, 'u'));
    const taken = (name: string) =>
      couldBe.some((kind) => kind.test(before(name))) &&
      /^[\p{L}\p{M}\p{Nd}._-]+$/u.test(before(name)) &&
      /[\p{L}\p{Nd}]/u.test(before(name)) &&
      !/\p{Default_Ignorable_Code_Point}/u.test(before(name)) &&
      !PHONETIC.test(before(name)) &&
      Array.from(before(name)).length <= 64;
    let count = 0;
    for (let point = 0; point < 0x20000; point += 1) {
      const character = String.fromCodePoint(point);
      if (!/[\p{L}\p{M}\p{Nd}]/u.test(character) || (point > 0x3400 && point % 83 > 0)) continue;
      for (const name of [character, `${character}a`, `м${character}`, `山${character}`, `क${character}`]) {
        if (!taken(name)) continue;
        count += 1;
        if (usernameObjections(name).length > 0 || canonicalUsername(name) !== before(name))
          throw new Error(`${name} (${point.toString(16)}): ${usernameObjections(name).join()}`);
      }
    }
    expect(count).toBeGreaterThan(7_000);
  });

  it('is looked at only if it is short enough: nothing is normalised of a longer text', () => {
    const slow = `${'\u0344'.repeat(30_000)}${'\u0323'.repeat(15_000)}`;
    const before = performance.now();
    expect(usernameObjections(slow)).toEqual(TOO_LONG);
    expect(canonicalUsername(slow)).toBe('');
    expect(performance.now() - before).toBeLessThan(50);
  });

  it.each(['a'.repeat(65), 'ß'.repeat(33), 'ﬃ'.repeat(22), '\ufdfa'.repeat(4), '\u{1d4d0}'.repeat(65)])(
    'cannot be longer than its column, as typed or in its canonical form: %s',
    (name) => {
      expect(usernameObjections(name)).toEqual(TOO_LONG);
    },
  );
});
