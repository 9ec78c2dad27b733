import { SharedQuestion } from './shared-question';

describe('A shared question', () => {
  const questions: { answer: (value: number) => void; fail: (error: Error) => void }[] = [];
  const put = () =>
    new Promise<number>((resolve, reject) => questions.push({ answer: resolve, fail: reject }));
  let shared: SharedQuestion<number>;

  beforeEach(() => {
    questions.length = 0;
    shared = new SharedQuestion(put);
  });

  it('is put once for all who come together, and once for all who came while it was under way, after it', async () => {
    const first = [shared.ask(), shared.ask()];
    await Promise.resolve();
    const late = [shared.ask(), shared.ask(), shared.ask()];
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
    const first = shared.ask();
    await Promise.resolve();
    questions[0].answer(1);
    await first;
    const second = shared.ask();
    await Promise.resolve();
    expect(questions).toHaveLength(2);
    questions[1].answer(2);
    expect(await second).toBe(2);
  });

  it('fails for those who shared it, and is put again for the next', async () => {
    const first = shared.ask();
    await Promise.resolve();
    const late = shared.ask();
    questions[0].fail(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await Promise.resolve();
    questions[1].answer(2);
    expect(await late).toBe(2);
  });
});
