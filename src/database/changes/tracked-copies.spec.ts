import { Changes, type Touched } from './changes';
import { TrackedCopies } from './tracked-copies';

/** A database that says what the test wants. */
class ToldChanges extends Changes {
  isKnown = true;

  async areKnown(): Promise<boolean> {
    return this.isKnown;
  }

  async track<T>(write: () => Promise<T>, touched: (result: T) => Touched): Promise<T> {
    const result = await write();
    this.tell(touched(result));
    return result;
  }

  async close(): Promise<void> {
    // nothing is open
  }
}

describe('Tracked copies', () => {
  let changes: ToldChanges;
  let copies: TrackedCopies<{ value: number }>;
  let stored: number;
  const read = jest.fn(async () => ({ value: stored }));
  const value = async (key = 'user:1') => (await copies.get(key, read))?.value;
  const write = (next: number, keys: Touched) =>
    changes.track(
      async () => {
        stored = next;
      },
      () => keys,
    );

  beforeEach(() => {
    changes = new ToldChanges();
    copies = new TrackedCopies(changes, 2);
    stored = 1;
    read.mockClear();
  });

  it('are read once', async () => {
    expect([await value(), await value(), await value()]).toEqual([1, 1, 1]);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('are not used, and none is made, while nobody knows what has changed', async () => {
    await value();
    changes.isKnown = false;
    stored = 2;
    expect(await value()).toBe(2);
    expect(await value('user:2')).toBe(2);
    changes.isKnown = true;
    expect(await value('user:2')).toBe(2);
    expect(read).toHaveBeenCalledTimes(4);
  });

  it('are not asked about twice by a request that knows', async () => {
    const areKnown = jest.spyOn(changes, 'areKnown');
    await copies.get('user:1', read, true);
    await copies.get('user:1', read, true);
    await copies.get('user:1', read, false);
    expect(areKnown).not.toHaveBeenCalled();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('are dropped by a write that names them, and stay with one that names others', async () => {
    await value('user:1');
    await value('user:2');
    await write(2, ['user:2']);
    expect([await value('user:1'), await value('user:2')]).toEqual([1, 2]);
  });

  it('are all dropped by a write that names none', async () => {
    await value('user:1');
    await value('user:2');
    await write(2, undefined);
    expect([await value('user:1'), await value('user:2')]).toEqual([2, 2]);
  });

  it.each([[['user:1']], [undefined]])('are not made of what was read before a write of %s', async (keys) => {
    let answer: (row: { value: number }) => void = () => undefined;
    const early = copies.get('user:1', () => new Promise((resolve) => (answer = resolve)));
    await Promise.resolve();
    await write(2, keys);
    answer({ value: 1 });
    expect((await early)?.value).toBe(1); // as it was when it was asked
    expect(await value()).toBe(2);
  });

  it('are not made of what is not there', async () => {
    const nothing = jest.fn(async () => null);
    expect(await copies.get('user:1', nothing)).toBeNull();
    expect(await copies.get('user:1', nothing)).toBeNull();
    expect(nothing).toHaveBeenCalledTimes(2);
  });

  it('are at most so many: the one used last stays', async () => {
    await value('user:1');
    await value('user:2');
    await value('user:1');
    await value('user:3');
    read.mockClear();
    await value('user:1');
    expect(read).not.toHaveBeenCalled();
    await value('user:2');
    expect(read).toHaveBeenCalledTimes(1);
  });
});
