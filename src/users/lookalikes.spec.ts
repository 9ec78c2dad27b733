import confusables from 'unhomoglyph/data.json';
import { canonicalUsername, usernameObjections } from './username';
import { lookOf, skeletonOf } from '../http/text/lookalikes';

const lookOfName = (name: string) => lookOf(name, canonicalUsername(name));
const share = (one: string, other: string) =>
  lookOfName(one).skeletons.some((skeleton) => lookOfName(other).skeletons.includes(skeleton));

describe('The look of a name', () => {
  it.each([
    ['ɑdmin', 'admin'],
    ['paypaǀ', 'paypal'],
    ['раураӏ', 'paypal'],
    ['РАУРАӀ', 'paypal'],
    ['ВОВ', 'bob'],
    ['ВОВ', 'BOB'],
    ['ѕсоре', 'scope'],
    ['аррӏе', 'apple'],
    ['ӏіѕа', 'lisa'],
    ['ａｄｒｎｉｎ', 'admin'],
    ['ᴄoco', 'coco'],
    ['mıka', 'MIKA'],
    ['カ', '力'],
    ['ßeta', 'βeta'],
  ])('%s is that of %s', (name, other) => {
    expect(share(name, other)).toBe(true);
    expect(lookOfName(name).leavesAscii || lookOfName(other).leavesAscii).toBe(true);
  });

  it.each([
    ['вов', 'bob'],
    ['Müller', 'Muller'],
    ['José', 'Jose'],
    ['山田', '山本'],
    ['नेहा', 'नेही'],
    ['Maria', 'Мария'],
  ])('%s is not that of %s', (name, other) => {
    expect(share(name, other)).toBe(false);
  });

  it('of two names in ASCII alone is never compared', () => {
    expect(lookOfName('arnold').leavesAscii).toBe(false);
    expect(lookOfName('amold').leavesAscii).toBe(false);
  });

  // Uses another extract of confusables.txt (Unicode 13). Names the three characters whose prototype changed
  // since.
  it('is the same for all that UTS 39 lists as confusable, where both can be names', () => {
    const pairs = Object.entries(confusables as Record<string, string>).filter(([one, other]) =>
      [one, other].every((name) => name.normalize('NFKC') === name && usernameObjections(name).length === 0),
    );
    expect(pairs.length).toBeGreaterThan(800);
    const apart = pairs.filter(([one, other]) => skeletonOf(one) !== skeletonOf(other) && !share(one, other));
    expect(apart.map((pair) => pair.join(' '))).toEqual(['ƒ f̦', 'ӏ i', 'ഐ എെ']);
  });

  it('is a fixed point: a skeleton is its own skeleton', () => {
    for (const [one, other] of Object.entries(confusables as Record<string, string>)) {
      for (const text of [one, other]) {
        if (usernameObjections(text).length > 0) continue;
        const skeleton = skeletonOf(text);
        expect(skeletonOf(skeleton)).toBe(skeleton);
      }
    }
  });

  it('takes less than a millisecond', () => {
    lookOfName('warm');
    const before = performance.now();
    for (let round = 0; round < 100; round += 1) lookOfName('\u01c9'.repeat(32));
    expect((performance.now() - before) / 100).toBeLessThan(1);
  });
});
