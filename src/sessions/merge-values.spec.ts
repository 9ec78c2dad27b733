import fc from 'fast-check';
import { mergeValues } from './merge-values';
import type { SessionValues } from './session-engine';

const key = fc.constantFrom('a', 'b', 'c', 'd');
const plain = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const values: fc.Arbitrary<SessionValues> = fc.letrec<{ object: SessionValues; value: unknown }>((tie) => ({
  object: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof({ maxDepth: 3 }, plain, tie('object')),
})).object;

/** Gives two changes different keys. */
const prefixed = (prefix: string) =>
  fc.dictionary(
    key.map((name) => prefix + name),
    plain,
    { maxKeys: 4, noNullPrototype: true },
  );

describe('Merging what two requests made of one session', () => {
  it.each<[string, SessionValues, SessionValues, SessionValues, SessionValues]>([
    ['two new keys', {}, { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['two changed keys', { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 3 }, { a: 2, b: 3 }],
    [
      'keys of one object',
      { o: { a: 1 } },
      { o: { a: 1, b: 2 } },
      { o: { a: 1, c: 3 } },
      { o: { a: 1, b: 2, c: 3 } },
    ],
    ['keys of an object that both made', {}, { o: { a: 1 } }, { o: { b: 2 } }, { o: { a: 1, b: 2 } }],
    [
      'keys deep inside',
      { o: { p: {} } },
      { o: { p: { a: 1 } } },
      { o: { p: { b: 2 } } },
      { o: { p: { a: 1, b: 2 } } },
    ],
    ['a removal and a change', { a: 1, b: 1 }, { b: 1 }, { a: 1, b: 2 }, { b: 2 }],
    [
      'a removal inside',
      { o: { a: 1, b: 1 } },
      { o: { b: 1 } },
      { o: { a: 1, b: 1, c: 1 } },
      { o: { b: 1, c: 1 } },
    ],
    ['a removal by the other', { a: 1, b: 1 }, { a: 1, b: 2 }, { b: 1 }, { b: 2 }],
  ])('keeps both: %s', (_, base, mine, theirs, merged) => {
    expect(mergeValues(base, mine, theirs)).toEqual(merged);
  });

  it.each<[string, SessionValues, SessionValues, SessionValues, SessionValues]>([
    ['two values', { a: 1 }, { a: 2 }, { a: 3 }, { a: 2 }],
    ['a value where the other removed one', { a: 1 }, { a: 2 }, {}, { a: 2 }],
    ['a removal where the other wrote', { a: 1 }, {}, { a: 2 }, {}],
    ['lists, which are one value each', { a: [1] }, { a: [1, 2] }, { a: [1, 3] }, { a: [1, 2] }],
    ['an object in place of a number', { a: 1 }, { a: { b: 1 } }, { a: 2 }, { a: { b: 1 } }],
    ['a number in place of an object', { a: { b: 1 } }, { a: 7 }, { a: { b: 2 } }, { a: 7 }],
    ['null, which is a value', { a: 1 }, { a: null }, { a: 2 }, { a: null }],
  ])('lets the later one win where both wrote: %s', (_, base, mine, theirs, merged) => {
    expect(mergeValues(base, mine, theirs)).toEqual(merged);
  });

  it.each<[string, SessionValues, SessionValues, SessionValues, SessionValues]>([
    ['from nothing', {}, { x: 1 }, { x: 1 }, { x: 2 }],
    ['from where they were', { x: 5 }, { x: 6 }, { x: 8 }, { x: 9 }],
    ['downwards', { x: 5 }, { x: 3 }, { x: 4 }, { x: 2 }],
    ['apart', { x: 1 }, { x: 2 }, { x: 1, y: 1 }, { x: 2, y: 1 }],
    ['inside', { o: { x: 1 } }, { o: { x: 2 } }, { o: { x: 2 } }, { o: { x: 3 } }],
    ['after the other cleared them', { x: 5 }, { x: 6 }, {}, { x: 1 }],
  ])('adds counters up: %s', (_, base, mine, theirs, merged) => {
    expect(mergeValues({ counters: base }, { counters: mine }, { counters: theirs })).toEqual({
      counters: merged,
    });
  });

  it('clears a counter that I cleared', () => {
    expect(mergeValues({ counters: { x: 1 } }, { counters: {} }, { counters: { x: 2 } })).toEqual({
      counters: {},
    });
  });

  it('keeps everything of both when they wrote to different keys, whoever came first', () => {
    fc.assert(
      fc.property(values, prefixed('m'), prefixed('t'), (base, mine, theirs) => {
        const merged = mergeValues(base, { ...base, ...mine }, { ...base, ...theirs });
        expect(merged).toEqual({ ...base, ...mine, ...theirs });
        expect(mergeValues(base, { ...base, ...theirs }, { ...base, ...mine })).toEqual(merged);
      }),
    );
  });

  it('gives what one wrote when the other wrote nothing', () => {
    fc.assert(
      fc.property(values, values, (base, changed) => {
        expect(mergeValues(base, changed, base)).toEqual(changed);
        expect(mergeValues(base, base, changed)).toEqual(changed);
        expect(mergeValues(base, changed, changed)).toEqual(changed);
      }),
    );
  });

  it('adds up what any number of requests counted, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 20 }), (steps) => {
        const base = { counters: { n: 100 } };
        const stored = steps.reduce<SessionValues>(
          (theirs, step) => mergeValues(base, { counters: { n: 100 + step } }, theirs),
          base,
        );
        expect(stored).toEqual({ counters: { n: 100 + steps.reduce((sum, step) => sum + step, 0) } });
      }),
    );
  });

  it('leaves its three arguments as they were', () => {
    fc.assert(
      fc.property(values, values, values, (...all) => {
        const before = structuredClone(all);
        mergeValues(...all);
        expect(all).toEqual(before);
      }),
    );
  });
});
