import { BadRequestException } from '@nestjs/common';
import fc from 'fast-check';
import { parseJson } from './parse-json';

describe('A JSON body', () => {
  it('is read as JSON.parse reads it', () => {
    // The parser rejects inherited names, and JSON.stringify never writes a name twice.
    const key = fc.string().filter((name) => !(name in {}) && name !== 'prototype');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.string({ unit: 'binary' }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('tree'), { maxLength: 4 }),
      object: fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, tree), fc.constantFrom(undefined, 1, '\t', ' \n'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":{"a":2},"a":3}',
    '{"a":1,"\\u0061":2}',
    '{"a\\/b":1,"a/b":2}',
    '{"a":[{"b":1,"b":2}]}',
    '{"":1,"":2}',
    '{"a" :1,"a"\n:2}',
    '{"\\"":1,"\\"":2}',
  ])('with a field twice in one object is refused: %s', (text) => {
    expect(() => parseJson(text)).toThrow(new BadRequestException('The body holds a field twice.'));
  });

  it.each([
    '{"a":{"x":1},"b":{"x":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a"}',
    '{"a":"\\"a\\":","b":"a\\":{\\"a\\":"}',
    '{"a":["a","a"]}',
  ])('may hold a name in two objects, or a text that looks like one: %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '\\u005f_proto__'])(
    'with a field that every object has, named %s, is refused at any depth',
    (name) => {
      for (const text of [`{"${name}":1}`, `{"a":[[{"${name}":{}}]]}`]) {
        expect(() => parseJson(text)).toThrow('The body holds a field name that is not allowed.');
      }
    },
  );

  it('may be 32 levels deep and not 33, however long it goes on', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(32))).toBeInstanceOf(Array);
    for (const depth of [33, 5_000, 50_000]) {
      expect(() => parseJson(nested(depth))).toThrow('The body is nested too deeply.');
    }
  });

  it.each([
    '',
    ' ',
    '{',
    '{"a"',
    '{"a":}',
    '{a:1}',
    '"\\"',
    '\u0000',
    '{"password":"secret',
    '{} x',
    'undefined',
  ])('that is broken is refused without quoting it: %j', (text) => {
    expect(() => parseJson(text)).toThrow(new BadRequestException('The body could not be read.'));
  });

  it.each(['null', '"a"', '7', 'true'])('that is no object is refused: %s', (text) => {
    expect(() => parseJson(text)).toThrow('The body must be an object.');
  });

  it.each([
    ['fields', `{"a":[${'{"b":1},'.repeat(2_500)}1]}`],
    ['texts', `{"a":[${'"",'.repeat(2_000)}""]}`],
    ['numbers', `{"a":[${'1,'.repeat(2_000)}1]}`],
  ])('with more than 2,000 objects, lists, fields and items is refused: %s', (_, text) => {
    expect(() => parseJson(text)).toThrow('The body holds too many fields.');
  });

  it('of 100 kB takes no time, whatever it is made of', () => {
    const texts = [
      `{"a":"${'\\"'.repeat(50_000)}"}`,
      `{"a":"${'\\"'.repeat(50_000)}`,
      `[${'"",'.repeat(33_000)}""]`,
      `{${Array.from({ length: 9_000 }, (_, n) => `"k${n}":${n}`).join()}}`,
      '"'.repeat(100_000),
    ];
    for (const text of texts) {
      const started = performance.now();
      try {
        parseJson(text);
      } catch (error) {
        expect(error).toBeInstanceOf(BadRequestException);
      }
      expect(performance.now() - started).toBeLessThan(500);
    }
  });
});
