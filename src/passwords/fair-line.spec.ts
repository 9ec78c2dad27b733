import { FairLine } from './fair-line';

describe('A line in which sources take turns', () => {
  const refused: string[] = [];
  const started: string[] = [];

  beforeEach(() => {
    refused.length = 0;
    started.length = 0;
  });

  const join = (line: FairLine, source: string, count: number) => {
    for (let n = 1; n <= count; n++)
      line.join(source, {
        start: () => started.push(`${source}${n}`),
        refuse: () => refused.push(`${source}${n}`),
      });
  };
  const run = (line: FairLine, count: number) => {
    for (let n = 0; n < count; n++) line.next()?.();
  };

  it('lets each source go once in turn, and each in the order in which it came', () => {
    const line = new FairLine(100, 100);
    join(line, 'a', 4);
    join(line, 'b', 2);
    run(line, 1);
    join(line, 'c', 1);
    run(line, 10);
    expect(started).toEqual(['a1', 'b1', 'a2', 'c1', 'b2', 'a3', 'a4']);
    expect([line.length, line.next()]).toEqual([0, undefined]);
  });

  it('refuses a source what is more than its share', () => {
    const line = new FairLine(100, 3);
    join(line, 'a', 5);
    join(line, 'b', 3);
    expect([refused, line.length]).toEqual([['a4', 'a5'], 6]);
  });

  it('that is full takes one of a shorter line, and refuses the last of the longest', () => {
    const line = new FairLine(6, 4);
    join(line, 'a', 4);
    join(line, 'b', 2);
    join(line, 'c', 1);
    expect(refused).toEqual(['a4']);
    run(line, 6);
    expect(started).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('that is full refuses who would have no fewer than the others', () => {
    const line = new FairLine(4, 4);
    join(line, 'a', 2);
    join(line, 'b', 2);
    join(line, 'a', 1);
    expect(refused).toEqual(['a1']);
    join(line, 'c', 1);
    expect(refused).toEqual(['a1', 'a2']);
    join(line, 'c', 1);
    expect(line.length).toBe(4);
  });
});
