import { BY_USER, Race } from '../support/interrupted';

describe('A session that ends between the guards and the write', () => {
  let race: Race;

  beforeAll(async () => {
    race = await Race.start();
  });
  afterAll(() => race.close());

  // Each route is tested with one of them here, and with all of them in test/nightly.
  it.each(BY_USER)('by %s writes nothing', async (name, ending) => {
    const turn = BY_USER.findIndex(([other]) => other === name);
    const some = race.routes.filter((_, index) => index % BY_USER.length === turn);
    expect(some.length).toBeGreaterThan(4);
    expect(await race.run(some, ending)).toEqual([]);
  });
});
