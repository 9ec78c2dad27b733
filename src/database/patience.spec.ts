import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseAway } from './database-away';
import { Mutex } from './mutex';
import { Patience, PATIENCE_MS } from './patience';

const nothing = () => undefined;
const never = () => new Promise<never>(nothing);

describe('The patience of a request', () => {
  it('is spent by waiting, once for what is waited for at the same time, and not by anything else', async () => {
    const patience = new Patience();
    await delay(100);
    expect(patience.left).toBe(PATIENCE_MS);
    await Promise.all([patience.spendOn(delay(200)), patience.spendOn(delay(200))]);
    expect(patience.left).toBeLessThanOrEqual(PATIENCE_MS - 195);
    expect(patience.left).toBeGreaterThan(PATIENCE_MS - 395);
  });

  it('is shared by all that a request begins, and by nothing else', async () => {
    const patience = new Patience();
    const found = await patience.shared(async () => {
      await delay(1);
      return Patience.current();
    });
    expect(found).toBe(patience);
    expect(Patience.current()).not.toBe(patience);
  });

  it('ends: what was begun is given up, and nothing is begun any more', async () => {
    const patience = new Patience();
    const abandon = jest.fn();
    await expect(patience.waitFor(never, abandon)).rejects.toThrow(DatabaseAway);
    expect(patience.left).toBe(0);
    expect(abandon).toHaveBeenCalledTimes(1);
    const begin = jest.fn(never);
    await expect(patience.waitFor(begin, nothing)).rejects.toThrow(DatabaseAway);
    expect(begin).not.toHaveBeenCalled();
  });
});

describe('Tasks that take turns', () => {
  it('that are quick wait for as long as their queue is', async () => {
    const turns = new Mutex();
    const quick = () => delay(50, 'done');
    const results = await Promise.all(Array.from({ length: 40 }, () => turns.run(quick, new Patience())));
    expect(new Set(results)).toEqual(new Set(['done']));
  });

  it('are given up behind one that is slow, never begin, and let the next one in', async () => {
    const turns = new Mutex();
    let finish: () => void = nothing;
    const slow = turns.run(() => new Promise<void>((resolve) => (finish = resolve)), new Patience());
    const late = jest.fn(() => Promise.resolve());
    await expect(turns.run(late, new Patience())).rejects.toThrow(DatabaseAway);
    finish();
    await slow;
    expect(await turns.run(() => Promise.resolve('next'), new Patience())).toBe('next');
    expect(late).not.toHaveBeenCalled();
  });
});
