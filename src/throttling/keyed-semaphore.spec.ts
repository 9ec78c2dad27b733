import { Overloaded } from '../http/errors';
import { KeyedSemaphore } from './keyed-semaphore';

describe('Places for tasks of one key', () => {
  it('are so many, with so many more in line; what comes then is refused, and other keys are not', async () => {
    const places = new KeyedSemaphore(2, 3);
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let running = 0;
    const task = () => {
      running += 1;
      return gate;
    };
    const admitted = Array.from({ length: 5 }, () => places.run('a', task));
    await expect(places.run('a', task)).rejects.toThrow(Overloaded);
    admitted.push(places.run('b', task));
    await new Promise(setImmediate);
    expect(running).toBe(3);
    open();
    await Promise.all(admitted);
    expect(running).toBe(6);
    await places.run('a', task);
  });
});
