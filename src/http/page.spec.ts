import fc from 'fast-check';
import { InvalidInput } from './errors';
import { mapPage, pageOf, PageQuery } from './page';

const query = (cursor?: string) => Object.assign(new PageQuery(), { cursor });
const rows = (...ids: number[]) => ids.map((id) => ({ id }));

describe('A page of a list', () => {
  it('tells where the next one begins when there is more', () => {
    const page = pageOf(rows(9, 8, 7), 2);
    expect(page.items).toEqual(rows(9, 8));
    expect(query(page.nextCursor!).after).toBe(8);
  });

  it.each([
    ['empty', []],
    ['not full', rows(3)],
    ['just full', rows(3, 2)],
  ])('is the last one when it is %s', (_, items) => {
    expect(pageOf(items, 2)).toEqual({ items, nextCursor: null });
  });

  it('shows its items in another shape and leads on as before', () => {
    expect(mapPage({ items: rows(1, 2), nextCursor: 'Mg' }, ({ id }) => id)).toEqual({
      items: [1, 2],
      nextCursor: 'Mg',
    });
  });

  it('leads through the whole list, each item once, whatever the size of a page', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
        fc.integer({ min: 1, max: 7 }),
        (ids, limit) => {
          const all = rows(...ids.sort((a, b) => a - b));
          const seen: number[] = [];
          for (let cursor: string | null | undefined; cursor !== null;) {
            const after = query(cursor).after ?? 0;
            const page = pageOf(all.filter(({ id }) => id > after).slice(0, limit + 1), limit);
            seen.push(...page.items.map(({ id }) => id));
            cursor = page.nextCursor;
          }
          expect(seen).toEqual(ids);
        },
      ),
    );
  });

  it('begins at the beginning when no cursor is given', () => {
    expect(query().after).toBeUndefined();
  });

  it.each([
    '',
    'x',
    'MQ==',
    'MQ=',
    'M Q',
    'MQ\n',
    'LTE',
    'MDE',
    'MS4w',
    'TmFO',
    '2147483648',
    'MjE0NzQ4MzY0OA',
    'MQAA',
    '%',
  ])('does not begin at a cursor that we did not make: %j', (cursor) => {
    expect(() => query(cursor).after).toThrow(InvalidInput);
  });
});
