import { MOST_IN_A_TURN, TurnShare } from './turn-share';

describe('The share of requests in a turn of the event loop', () => {
  let now = 0;
  const turnEnds = () => new Promise((resolve) => setImmediate(resolve));

  /** Begins a turn that takes so long. @returns how many requests it was for. */
  async function turn(share: TurnShare, ms: number): Promise<number> {
    const begun = share.begin();
    now += ms;
    await turnEnds();
    return begun;
  }

  it('is as many as fit, at least one, and grows again step by step', async () => {
    const share = new TurnShare(() => now);
    const turns: number[] = [];
    for (const ms of [1, 20, 20, 1_000, 0.1, 0.1, 0.1, 0.1, 0]) turns.push(await turn(share, ms));
    expect(turns).toEqual([MOST_IN_A_TURN, MOST_IN_A_TURN, 4, 1, 1, 2, 4, 8, MOST_IN_A_TURN]);
    expect(share.begin()).toBe(MOST_IN_A_TURN);
    await turnEnds();
  });
});
