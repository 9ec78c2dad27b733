import { Logger } from '@nestjs/common';
import { RecurringJobs } from './recurring-jobs';

describe('A recurring job', () => {
  let jobs: RecurringJobs;

  beforeEach(() => {
    jest.useFakeTimers();
    jobs = new RecurringJobs();
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('runs from the start of the application until it stops, each at its own interval', async () => {
    const [often, seldom] = [jest.fn(() => Promise.resolve()), jest.fn(() => Promise.resolve())];
    jobs.every(1_000, often);
    jobs.every(3_000, seldom);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(often).not.toHaveBeenCalled();

    jobs.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(6_000);
    expect(often).toHaveBeenCalledTimes(6);
    expect(seldom).toHaveBeenCalledTimes(2);

    jobs.onModuleDestroy();
    await jest.advanceTimersByTimeAsync(6_000);
    expect(often).toHaveBeenCalledTimes(6);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('skips a round while its last one is still running', async () => {
    let finish = (): void => undefined;
    const slow = jest.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    jobs.every(1_000, slow);
    jobs.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(slow).toHaveBeenCalledTimes(1);
    finish();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(slow).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no database'))],
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
  ])('that %s is logged, and runs again in the next round', async (_, fail) => {
    const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const task = jest.fn(fail);
    jobs.every(1_000, task);
    jobs.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(task).toHaveBeenCalledTimes(2);
    expect(error).toHaveBeenCalledWith(expect.stringContaining('no database'));
  });

  it('does not keep the process alive', () => {
    const unref = jest.fn();
    jest.spyOn(globalThis, 'setInterval').mockReturnValue({ unref } as unknown as NodeJS.Timeout);
    jobs.every(1_000, () => Promise.resolve());
    jobs.onApplicationBootstrap();
    expect(unref).toHaveBeenCalledTimes(1);
  });
});
