// Every route against every way: test/sessions/ended-before-the-write.e2e-spec.ts takes them by turns.
import { BY_USER, Race } from '../support/interrupted';

const LONGEST_MS = 1_200_000;

describe('A session that ends between the guards and the write', () => {
  let race: Race;

  beforeAll(async () => {
    race = await Race.start();
  });
  afterAll(() => race.close());

  it.each(BY_USER)(
    'by %s has nothing written, at any route',
    async (_, ending) => {
      expect(await race.run(race.routes, ending)).toEqual([]);
    },
    LONGEST_MS,
  );
});
