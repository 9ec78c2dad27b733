import { RememberFamilies } from '../../src/sessions/remember-families';
import { PASSWORD, TestApp } from '../support/app';
import { tellFigures } from '../support/figures';
import { countSessions } from '../support/probes';
import { rounds } from '../support/rounds';
import { Wire } from '../support/wire';

const ROUNDS = rounds(1_000);
const DEVICES = 10;
const TABS = 3;
const GRACE = 30_000;

describe('A remembered device, on two instances', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another();
  });
  afterAll(() => app.close());

  const inTurns = async (act: (index: number) => Promise<void>) => {
    let left = ROUNDS;
    const lane = async () => {
      for (let index = (left -= 1); index >= 0; index = left -= 1) await act(index);
    };
    await Promise.all(Array.from({ length: DEVICES }, lane));
  };

  it(`that opens ${TABS} tabs at once is never taken for a thief, in ${ROUNDS} rounds`, async () => {
    const start = performance.now();
    let played = 0;
    const use = async (device: number) => {
      const username = `device${device}`;
      await app.signUp(username);
      const wires = await Promise.all(
        Array.from({ length: TABS }, (_, tab) => Wire.open([app, second][tab % 2].port)),
      );
      const json = { username, password: PASSWORD, remember: true };
      const headers = { Origin: app.baseUrl };
      const login = await wires[0].ask({ method: 'POST', path: '/api/v1/auth/login', json, headers });
      let cookie = login.cookie('remember')!;

      for (let round = 0; round < ROUNDS / DEVICES; round += 1) {
        const tabs = await Promise.all(wires.map((wire) => wire.ask({ path: '/api/v1/auth/me', cookie })));
        expect(tabs.map(({ status }) => status)).toEqual(Array<number>(TABS).fill(200));
        const renewed = tabs.flatMap((tab) => tab.cookie('remember') ?? []);
        expect(renewed).toHaveLength(1);
        [cookie] = renewed;
        played += 1;
      }
      for (const wire of wires) wire.close();
    };
    await Promise.all(Array.from({ length: DEVICES }, (_, device) => use(device)));
    const thefts = await countSessions(app, "end_reason = 'theft'");
    tellFigures('Tabs at once', {
      rounds: played,
      tabs: TABS,
      milliseconds: Math.round(performance.now() - start),
      thefts,
    });
    expect(played).toBe(ROUNDS);
    expect(thefts).toBe(0);
  }, 120_000);

  it(`whose token is replayed after a newer one was used is always detected as robbed, ${ROUNDS} times of ${ROUNDS}`, async () => {
    const [one, other] = [app, second].map(({ app: instance }) => instance.get(RememberFamilies));
    const robbed: { selector: string; validator: string }[] = [];
    await inTurns(async (index) => {
      const { token } = await one.create({ id: 1_000 + index, securityVersion: 1 });
      const use = await other.use(token);
      if (use.kind !== 'renewed') throw new Error(`The token was ${use.kind}`);
      // Alone, or with a live session.
      if (index % 2 === 0) expect(await one.use(use.token)).toMatchObject({ kind: 'renewed' });
      else await one.confirmReceived(token.selector, use.awaited);
      robbed.push(token);
    });
    for (const { clock } of [app, second]) clock.advance(GRACE + 1_000);

    const found: Record<string, number> = {};
    for (const [index, token] of robbed.entries()) {
      const { kind } = await [one, other][index % 2].use(token);
      found[kind] = (found[kind] ?? 0) + 1;
    }
    tellFigures('Replays', found);
    expect(found).toEqual({ stolen: ROUNDS });
  }, 60_000);
});
