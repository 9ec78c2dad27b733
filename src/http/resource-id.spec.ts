import { NotFoundException } from '@nestjs/common';
import fc from 'fast-check';
import { parseResourceId, ResourceIdPipe } from './resource-id';

const ODD = [
  '',
  ' ',
  'abc',
  '-1',
  '+1',
  '-0',
  '00',
  '01',
  '1.0',
  '1.',
  '.1',
  '1e0',
  '0x1',
  '0b1',
  '1n',
  '1_0',
  ' 1',
  '1 ',
  '1\n',
  '１',
  '١',
  'NaN',
  'Infinity',
];

describe('An ID in a path', () => {
  it('has one spelling: that of the number itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (id) => {
        expect(parseResourceId(String(id))).toBe(id);
        expect(new ResourceIdPipe().transform(String(id))).toBe(id);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const id = parseResourceId(text);
        expect(id === null || id === Infinity || String(id) === text).toBe(true);
      }),
    );
  });

  it.each(ODD)('%j is none, and the page does not exist', (text) => {
    expect(parseResourceId(text)).toBeNull();
    expect(() => new ResourceIdPipe().transform(text)).toThrow(NotFoundException);
  });

  it('takes a number of a ValidationPipe that has transformed the text', () => {
    expect(new ResourceIdPipe().transform(7)).toBe(7);
    for (const odd of [NaN, -1, 1.5, Infinity, 2 ** 31])
      expect(() => new ResourceIdPipe().transform(odd)).toThrow(NotFoundException);
  });

  it.each([[undefined], [null], [1], [['1']], [{}], [true]])('what is no text (%p) is none', (value) => {
    expect(parseResourceId(value)).toBeNull();
  });

  it.each(['2147483648', '9007199254740993', '9'.repeat(23), '9'.repeat(400)])(
    '%s is well-formed, but no column can hold it: nobody has it',
    (text) => {
      expect(parseResourceId(text)).toBe(Infinity);
      expect(() => new ResourceIdPipe().transform(text)).toThrow(NotFoundException);
    },
  );
});
