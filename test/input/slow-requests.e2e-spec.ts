import { FuzzedApp } from './fuzz-app';
import { described, findSlow } from './slow-requests';

const SEED = 20_261_130;
const REQUESTS = 150;

// The long version, with other seeds: test/nightly/slow-requests.nightly-spec.ts.
describe('The application under large requests', () => {
  let fuzzed: FuzzedApp;

  beforeAll(async () => {
    fuzzed = await FuzzedApp.start(1);
  });
  afterAll(() => fuzzed.close());

  it(`spends at most 50 ms of the main thread on each of ${REQUESTS} (SLOW_SEED=${SEED})`, async () => {
    expect(described(await findSlow(fuzzed, REQUESTS, SEED), SEED)).toEqual([]);
  }, 120_000);
});
