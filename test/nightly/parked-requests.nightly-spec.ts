// Five minutes: every route, and every end, with bodies that take four minutes to come.
import { setTimeout as delay } from 'node:timers/promises';
import { TestApp } from '../support/app';
import { Mailbox } from '../support/mailbox';
import { closedChanges, ENDINGS, faultOf, park, stored, victim } from '../support/parked';

const LONG_MS = 240_000;

const LONGEST_MS = 1_200_000;

describe('A request whose last byte comes four minutes after its session has ended', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ REQUEST_TIMEOUT: '10m' });
  });
  afterAll(() => app.close());

  it(
    "has no effect and is answered as a guest's, with the reason, on every route, whatever the end",
    async () => {
      const closed = await closedChanges(app);
      const cases = await Promise.all(
        Object.values(ENDINGS).map(async ({ reason, act }) => {
          const target = await victim(app, `late-${reason}`);
          return { reason, target, act, parked: await park(app, target, closed) };
        }),
      );
      for (const { act, target } of cases) await act(app, target);
      await new Mailbox(app).all();
      const before = await stored(app);
      await delay(LONG_MS);

      const faults: unknown[] = [];
      for (const { reason, parked } of cases) {
        for (const { route, isApi, wire, finish } of parked) {
          const fault = faultOf(await finish(), isApi, reason);
          if (fault) faults.push([reason, route, fault]);
          wire.close();
        }
      }
      expect(faults).toEqual([]);
      expect(await stored(app)).toBe(before);
    },
    LONGEST_MS,
  );
});
