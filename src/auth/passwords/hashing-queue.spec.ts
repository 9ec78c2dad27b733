import { availableParallelism } from 'node:os';
import { Overloaded } from '../../http/errors';
import { loadSettings } from '../../options/load-settings';
import { HashingQueue } from './hashing-queue';

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
