import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { TextField } from './text-field.decorator';

class Note {
  @TextField()
  text!: unknown;
}

class Shout {
  @TextField((text) => (text === text.toUpperCase() ? [] : ['Louder.', 'Please.']))
  text!: unknown;
}

const objections = (note: object, text: unknown) =>
  validateSync(Object.assign(note, { text })).flatMap(({ constraints = {} }) => Object.values(constraints));

describe('A text field', () => {
  it.each(['a', ' a ', 'a\nb\r\n\tc', 'é', 'שלום\u200f', '\u{1f600}', 'a\u2028b', '0', 'null', '\ufffd'])(
    'takes %j',
    (text) => {
      expect(objections(new Note(), text)).toEqual([]);
    },
  );

  it.each([
    [undefined],
    [null],
    [''],
    [' \t\r\n'],
    ['\u3000\u00a0'],
    ['\u200b\u200d\ufeff'],
    ['\u3164'],
    ['\u00ad'],
    ['\u2028'],
  ])('needs more than %j', (text) => {
    expect(objections(new Note(), text)).toEqual(['This field is required.']);
  });

  it.each([[7], [true], [['a']], [[]], [{}], [{ toString: () => 'a' }], [new Date(0)]])(
    'takes no %p for a text',
    (value) => {
      expect(objections(new Note(), value)).toEqual(['This field must be one text.']);
    },
  );

  it.each([
    'a\0',
    '\u0001',
    'a\u0008',
    '\u001b[31m',
    'a\u007f',
    'a\u0085b',
    '\u009b31m',
    'a\ud800',
    '\udc00a',
    '\udc00\ud800',
  ])('takes nothing that cannot be read: %j', (text) => {
    expect(objections(new Note(), text)).toEqual(['Use only characters that can be read.']);
  });

  it('takes every text that UTF-8 can carry and that has no control characters', () => {
    const letter = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 1 })
      .filter((c) => !/\p{Cc}/u.test(c));
    fc.assert(
      fc.property(fc.array(letter), (letters) => {
        expect(objections(new Note(), `a${letters.join('')}`)).toEqual([]);
      }),
    );
  });

  it('says what its own rule has against a text, once the text can be read', () => {
    expect(objections(new Shout(), 'HEY')).toEqual([]);
    expect(objections(new Shout(), 'hey')).toEqual(['Louder. Please.']);
    expect(objections(new Shout(), '')).toEqual(['This field is required.']);
  });
});
