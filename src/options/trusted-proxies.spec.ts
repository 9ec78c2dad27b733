import { isIP } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { canonicalAddress } from './trusted-proxies';

const hex = fc
  .tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 1, max: 4 }), fc.boolean())
  .map(([value, width, isUpper]) => {
    const text = value.toString(16).padStart(width, '0');
    return isUpper ? text.toUpperCase() : text;
  });
const group = fc.oneof(hex, fc.constantFrom('0', '0000', 'ffff', '64', 'ff9b'));
const groups = fc.array(group, { maxLength: 8 }).map((parts) => parts.join(':'));
const tail = fc.oneof(groups, fc.ipV4());
/** Mostly valid addresses, in every notation. */
const written = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.tuple(groups, tail).map(([front, end]) => `${front}::${end}`),
  fc.tuple(groups, fc.ipV4()).map(([front, end]) => `${front}:${end}`),
  fc.tuple(groups, groups, fc.ipV4()).map(([front, middle, end]) => `${front}::${middle}:${end}`),
  fc.stringMatching(/^[\da-f:.%/]{0,45}$/),
);
const zone = fc.option(fc.stringMatching(/^%[\w.~-]{1,8}$/), { nil: '' });

describe('The one form of an address', () => {
  it.each([
    ['::1.2.3.4', '::102:304'],
    ['1::1.2.3.4', '1::102:304'],
    ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
    ['0064:FF9B:0:0:0:0:203.0.113.7', '64:ff9b::cb00:7107'],
    ['::ffff:203.0.113.7', '::ffff:cb00:7107'],
    ['2001:DB8::1%eth0', '2001:db8::1'],
    ['203.0.113.7', '203.0.113.7'],
    ['::', '::'],
    ['::1:0:0:0:0:0:0', '0:1::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('of %s is %s', (text, address) => {
    expect(canonicalAddress(text)).toBe(address);
  });

  it('is one that ipaddr.js reads too, for all that Node takes for an address, and null for everything else', () => {
    let addresses = 0;
    fc.assert(
      fc.property(written, zone, (address, withZone) => {
        const text = address + withZone;
        const canonical = canonicalAddress(text);
        const [withoutZone] = text.split('%', 1);
        if (isIP(withoutZone) === 0) return expect(canonical).toBeNull();
        addresses += 1;
        expect(isIP(canonical!)).toBe(isIP(withoutZone));
        expect(() => ipaddr.parse(canonical!)).not.toThrow();
        expect(canonicalAddress(canonical!)).toBe(canonical);
        if (ipaddr.isValid(withoutZone)) expect(ipaddr.parse(canonical!)).toEqual(ipaddr.parse(withoutZone));
      }),
      { numRuns: 5_000 },
    );
    expect(addresses).toBeGreaterThan(1_000);
  });
});
