import { availableParallelism } from 'node:os';
import { Overloaded } from '../../http/errors';
import { loadSettings } from '../../options/load-settings';
import { FairQueue, HashingQueue } from './hashing-queue';

const CORES = availableParallelism();

describe('The line for hashing', () => {
  const queueOf = (length: number) =>
    new HashingQueue(loadSettings({ SESSION_SECRET: 'unused', HASH_QUEUE: String(length) }));

  /** Fills the slots and the queue. Task numbers are in order of arrival. */
  function fill(queue: HashingQueue, tasks: number) {
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const all = Array.from({ length: tasks }, (_, task) =>
      queue.run(() => {
        started.push(task);
        return new Promise<void>((done) => (finish[task] = done));
      }),
    );
    return { started, finish, all };
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('lets as many run as there are cores, and the rest in the order in which they came', async () => {
    const { started, finish, all } = fill(queueOf(3), CORES + 3);
    const firsts = Array.from({ length: CORES }, (_, task) => task);
    expect(started).toEqual(firsts);
    for (let task = 0; task < CORES + 3; task++) {
      finish[task]();
      await settled();
    }
    expect(started).toEqual([...firsts, CORES, CORES + 1, CORES + 2]);
    await Promise.all(all);
  });

  it('turns away who comes when it is full, at once and before any hash', async () => {
    const queue = queueOf(2);
    const { finish, all } = fill(queue, CORES + 2);
    const task = jest.fn();
    await expect(queue.run(task)).rejects.toThrow(Overloaded);
    expect(task).not.toHaveBeenCalled();

    finish[0]();
    await settled();
    const last = queue.run(async () => 'in line again');
    for (let index = 1; index < CORES + 2; index++) {
      finish[index]();
      await settled();
    }
    expect(await last).toBe('in line again');
    await Promise.all(all);
  });

  it('gives the place of a task that failed to the next', async () => {
    const queue = queueOf(10);
    const failing = Array.from({ length: CORES + 3 }, () =>
      queue.run(() => Promise.reject(new Error('no hash'))),
    );
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(
      Array(CORES + 3).fill('rejected'),
    );
    expect(await queue.run(async () => 'runs')).toBe('runs');
  });
});

describe('A line in which sources take turns', () => {
  const refused: string[] = [];
  const started: string[] = [];

  beforeEach(() => {
    refused.length = 0;
    started.length = 0;
  });

  const join = (line: FairQueue, source: string, count: number) => {
    for (let n = 1; n <= count; n++)
      line.enqueue(source, {
        start: () => started.push(`${source}${n}`),
        refuse: () => refused.push(`${source}${n}`),
      });
  };
  const run = (line: FairQueue, count: number) => {
    for (let n = 0; n < count; n++) line.next()?.();
  };

  it('lets each source go once in turn, and each in the order in which it came', () => {
    const line = new FairQueue(100, 100);
    join(line, 'a', 4);
    join(line, 'b', 2);
    run(line, 1);
    join(line, 'c', 1);
    run(line, 10);
    expect(started).toEqual(['a1', 'b1', 'a2', 'c1', 'b2', 'a3', 'a4']);
    expect([line.length, line.next()]).toEqual([0, undefined]);
  });

  it('refuses a source what is more than its share', () => {
    const line = new FairQueue(100, 3);
    join(line, 'a', 5);
    join(line, 'b', 3);
    expect([refused, line.length]).toEqual([['a4', 'a5'], 6]);
  });

  it('that is full takes one of a shorter line, and refuses the last of the longest', () => {
    const line = new FairQueue(6, 4);
    join(line, 'a', 4);
    join(line, 'b', 2);
    join(line, 'c', 1);
    expect(refused).toEqual(['a4']);
    run(line, 6);
    expect(started).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('that is full refuses who would have no fewer than the others', () => {
    const line = new FairQueue(4, 4);
    join(line, 'a', 2);
    join(line, 'b', 2);
    join(line, 'a', 1);
    expect(refused).toEqual(['a1']);
    join(line, 'c', 1);
    expect(refused).toEqual(['a1', 'a2']);
    join(line, 'c', 1);
    expect(line.length).toBe(4);
  });

  describe('where sources belong to networks', () => {
    const lineOf = (most: number, mostOfSource = 100) =>
      new FairQueue(most, mostOfSource, (source) => source[0]);
    const joinAll = (line: FairQueue, network: string, sources: string) => {
      for (const source of sources) join(line, network + source, 1);
    };

    it('lets each network go once in turn, and within it each source', () => {
      const line = lineOf(100);
      join(line, 'ax', 3);
      joinAll(line, 'a', 'yz');
      join(line, 'b', 2);
      run(line, 2);
      join(line, 'c', 1);
      run(line, 10);
      expect(started).toEqual(['ax1', 'b1', 'ay1', 'b2', 'c1', 'az1', 'ax2', 'ax3']);
      expect([line.length, line.next()]).toEqual([0, undefined]);
    });

    it('that is full of one network takes one of another, though each of its sources has but one', () => {
      const line = lineOf(4);
      joinAll(line, 'a', 'uvwx');
      join(line, 'b', 1);
      expect([refused, line.length]).toEqual([['ax1'], 4]);
      join(line, 'c', 1);
      expect([refused, line.length]).toEqual([['ax1', 'aw1'], 4]);
      run(line, 9);
      expect(started).toEqual(['au1', 'b1', 'c1', 'av1']);
    });

    it('refuses the last of the source with the most in the network with the most', () => {
      const line = lineOf(6);
      join(line, 'ax', 1);
      join(line, 'ay', 3);
      join(line, 'b', 2);
      join(line, 'c', 1);
      expect(refused).toEqual(['ay3']);
    });

    it('gives a source the place of another of its network that has more, and no more to the network', () => {
      const line = lineOf(6);
      join(line, 'ax', 3);
      join(line, 'b', 3);
      join(line, 'ay', 1);
      expect([refused, line.length]).toEqual([['ax3'], 6]);
      join(line, 'ay', 1);
      expect([refused, line.length]).toEqual([['ax3', 'ay1'], 6]);
      run(line, 9);
      expect(started).toEqual(['ax1', 'b1', 'ay1', 'b2', 'ax2', 'b3']);
    });
  });
});
