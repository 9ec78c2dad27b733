import { RequestDeadline } from './request-deadline';
import { SharedReads } from './shared-reads';

const SQL = 'SELECT id FROM notes WHERE id = $1';

/** Answers each statement when the test says so. */
function database() {
  const statements: { parameters: readonly unknown[]; left: number; answer: (id: number) => void }[] = [];
  const reads = new SharedReads((_sql, parameters) => {
    const { left } = RequestDeadline.current();
    return new Promise((resolve) => statements.push({ parameters, left, answer: (id) => resolve([{ id }]) }));
  });
  return { reads, statements };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('Shared reads', () => {
  it('run one statement for concurrent requests that ask for the same rows', async () => {
    const { reads, statements } = database();
    const [one, same, other] = [reads.read(SQL, [1]), reads.read(SQL, [1]), reads.read(SQL, [2])];
    await nextTurn();
    expect(statements.map(({ parameters }) => parameters)).toEqual([[1], [2]]);
    statements[0].answer(1);
    statements[1].answer(2);
    expect(await Promise.all([one, same, other])).toEqual([[{ id: 1 }], [{ id: 1 }], [{ id: 2 }]]);
  });

  it('never join a statement that has begun', async () => {
    const { reads, statements } = database();
    const early = reads.read(SQL, [1]);
    await nextTurn();
    const late = reads.read(SQL, [1]);
    await nextTurn();
    expect(statements).toHaveLength(2);
    statements[1].answer(2);
    statements[0].answer(1);
    expect(await Promise.all([early, late])).toEqual([[{ id: 1 }], [{ id: 2 }]]);
  });

  it('have the full deadline although the first request has little time left', async () => {
    const { reads, statements } = database();
    const nearlyOver = new RequestDeadline();
    Object.assign(nearlyOver, { spent: 1_299 });
    void nearlyOver.run(() => reads.read(SQL, [1]));
    void new RequestDeadline().run(() => reads.read(SQL, [1]));
    await nextTurn();
    expect(statements[0].left).toBeGreaterThan(1_000);
  });

  it('fail for all who asked, and only for them', async () => {
    let fails = true;
    const reads = new SharedReads(() => (fails ? Promise.reject(new Error('gone')) : Promise.resolve([])));
    const asked = await Promise.allSettled([reads.read(SQL, [1]), reads.read(SQL, [1])]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await reads.read(SQL, [1])).toEqual([]);
  });
});
