import { SingleFlight } from './invalidation-source';

describe('A single flight', () => {
  const questions: { answer: (value: number) => void; fail: (error: Error) => void }[] = [];
  const put = () =>
    new Promise<number>((resolve, reject) => questions.push({ answer: resolve, fail: reject }));
  let shared: SingleFlight<number>;

  beforeEach(() => {
    questions.length = 0;
    shared = new SingleFlight(put);
  });

  it('is put once for all who come together, and once for all who came while it was under way, after it', async () => {
    const first = [shared.run(), shared.run()];
    await Promise.resolve();
    const late = [shared.run(), shared.run(), shared.run()];
    expect(questions).toHaveLength(1);
    questions[0].answer(1);
    expect(await Promise.all(first)).toEqual([1, 1]);
    await Promise.resolve();
    expect(questions).toHaveLength(2);
    questions[1].answer(2);
    expect(await Promise.all(late)).toEqual([2, 2, 2]);
    expect(questions).toHaveLength(2);
  });

  it('never answers with what was asked before: whoever comes later has it put again', async () => {
    const first = shared.run();
    await Promise.resolve();
    questions[0].answer(1);
    await first;
    const second = shared.run();
    await Promise.resolve();
    expect(questions).toHaveLength(2);
    questions[1].answer(2);
    expect(await second).toBe(2);
  });

  it('fails for those who shared it, and is put again for the next', async () => {
    const first = shared.run();
    await Promise.resolve();
    const late = shared.run();
    questions[0].fail(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await Promise.resolve();
    questions[1].answer(2);
    expect(await late).toBe(2);
  });
});
