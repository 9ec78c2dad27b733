import { FuzzedApp } from '../input/fuzz-app';
import { described, findSlow } from '../input/slow-requests';

const REQUESTS = Number(process.env.SLOW_REQUESTS ?? 20_000);
/** In milliseconds, for a busy machine. */
const TIMEOUT_MS = 120_000 + REQUESTS * 80;
const SEED = Number(process.env.SLOW_SEED ?? Math.floor(Date.now() / 86_400_000));

// Needs nothing but Node; on Linux it measures more exactly. Another seed every day.
describe('The application under large requests of every shape', () => {
  let fuzzed: FuzzedApp;

  beforeAll(async () => {
    fuzzed = await FuzzedApp.start(1);
  });
  afterAll(() => fuzzed.close());

  it(
    `spends at most 50 ms of the main thread on each of ${REQUESTS} (SLOW_SEED=${SEED})`,
    async () => {
      expect(described(await findSlow(fuzzed, REQUESTS, SEED), SEED)).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
