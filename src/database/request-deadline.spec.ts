import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailable } from './database-unavailable';
import { Mutex } from './mutex';
import { RequestDeadline, DATABASE_TIMEOUT_MS } from './request-deadline';

const nothing = () => undefined;
const never = () => new Promise<never>(nothing);

describe('The deadline of a request', () => {
  it('is spent by waiting, once for what is waited for at the same time, and not by anything else', async () => {
    const deadline = new RequestDeadline();
    await delay(100);
    expect(deadline.left).toBe(DATABASE_TIMEOUT_MS);
    await Promise.all([deadline.track(delay(200)), deadline.track(delay(200))]);
    expect(deadline.left).toBeLessThanOrEqual(DATABASE_TIMEOUT_MS - 195);
    expect(deadline.left).toBeGreaterThan(DATABASE_TIMEOUT_MS - 395);
  });

  it('is shared by all that a request begins, and by nothing else', async () => {
    const deadline = new RequestDeadline();
    const found = await deadline.run(async () => {
      await delay(1);
      return RequestDeadline.current();
    });
    expect(found).toBe(deadline);
    expect(RequestDeadline.current()).not.toBe(deadline);
  });

  it('ends: what was begun is given up, and nothing is begun any more', async () => {
    const deadline = new RequestDeadline();
    const abandon = jest.fn();
    await expect(deadline.waitFor(never, abandon)).rejects.toThrow(DatabaseUnavailable);
    expect(deadline.left).toBe(0);
    expect(abandon).toHaveBeenCalledTimes(1);
    const begin = jest.fn(never);
    await expect(deadline.waitFor(begin, nothing)).rejects.toThrow(DatabaseUnavailable);
    expect(begin).not.toHaveBeenCalled();
  });
});

describe('Tasks that take turns', () => {
  it('that are quick wait for as long as their queue is', async () => {
    const turns = new Mutex();
    const quick = () => delay(50, 'done');
    const results = await Promise.all(
      Array.from({ length: 40 }, () => turns.run(quick, new RequestDeadline())),
    );
    expect(new Set(results)).toEqual(new Set(['done']));
  });

  it('are given up behind one that is slow, never begin, and let the next one in', async () => {
    const turns = new Mutex();
    let finish: () => void = nothing;
    const slow = turns.run(() => new Promise<void>((resolve) => (finish = resolve)), new RequestDeadline());
    const late = jest.fn(() => Promise.resolve());
    await expect(turns.run(late, new RequestDeadline())).rejects.toThrow(DatabaseUnavailable);
    finish();
    await slow;
    expect(await turns.run(() => Promise.resolve('next'), new RequestDeadline())).toBe('next');
    expect(late).not.toHaveBeenCalled();
  });
});
