import { PASSWORD, TestApp } from '../support/app';
import { Wire, type WireRequest } from '../support/wire';

const ROUNDS = 40;
const AT_ONCE = 25;
const MOST_TRIES = 10;

/** Retries a 503 of a busy machine: nothing was changed then. */
async function statusOf(wire: Wire, request: WireRequest): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const { status } = await wire.ask(request);
    if (status !== 503 || tries === MOST_TRIES) return status;
  }
}

describe('Parallel sign-ups of one name, on two instances', () => {
  it(`create one account: in ${ROUNDS} rounds of ${AT_ONCE}, one 201 each and 409 for all the others`, async () => {
    const app = await TestApp.start();
    const second = await app.another();
    const wires = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => Wire.open([app, second][index % 2].port)),
    );
    // One name in different spellings: what must be unique is its canonical form.
    const spellings = (round: number) => [
      `Racer${round}`,
      `racer${round}`,
      `RACER${round}`,
      `ｒacer${round}`,
    ];

    for (let round = 0; round < ROUNDS; round += 1) {
      const statuses = await Promise.all(
        wires.map((wire, index) =>
          statusOf(wire, {
            method: 'POST',
            path: '/api/v1/auth/signup',
            json: { username: spellings(round)[index % 4], password: PASSWORD },
            headers: { Origin: 'http://localhost:3000' },
          }),
        ),
      );
      expect(statuses.sort()).toEqual([201, ...Array<number>(AT_ONCE - 1).fill(409)]);
    }
    const [{ n }] = await app.dataSource.query<{ n: number | string }[]>('SELECT count(*) AS n FROM users');
    expect(Number(n)).toBe(ROUNDS);

    for (const wire of wires) wire.close();
    await second.close();
    await app.close();
  }, 90_000);
});
