import confusables from 'unhomoglyph/data.json';
import { canonicalUsername, usernameObjections } from '../../src/users/username';
import { PASSWORD, TestApp } from '../support/app';
import { fieldError, fieldValue, flashes, submit } from '../support/page';
import { expectNothingStored, rows } from './refusals';

const LOOK_ALIKES: [string, string][] = [
  ['warden', 'wɑrden'],
  ['paypal', 'paypaǀ'],
  ['paypal', 'раураӏ'],
  ['paypal', 'РАУРАӀ'],
  ['Scope', 'ѕсоре'],
  ['bob', 'ВОВ'],
  ['mika', 'mıkɑ'],
  ['rnatt', 'ｍａｔｔ'],
  ['力', 'カ'],
];

describe('A name that looks like another one', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    for (const name of new Set(LOOK_ALIKES.map(([name]) => name))) await app.signUp(name);
  });
  afterAll(() => app.close());

  const signUp = (username: string) =>
    app.agent().post('/api/v1/auth/signup').send({ username, password: PASSWORD });

  it.each(LOOK_ALIKES)(
    '%s: %s is refused as a taken name, on the page and in the API',
    async (_, username) => {
      await expectNothingStored(app, async () => {
        const page = await submit(app.agent(), '/users/signup', { username, password: PASSWORD }).expect(409);
        expect(flashes(page)).toEqual(['Invalid submission. Please try again.']);
        expect(fieldValue(page, 'username')).toBe(username);
        expect(fieldError(page, 'username')).toBe('This name is taken.');
        const answer = await signUp(username).expect(409);
        expect(answer.body.errors).toEqual({ username: ['This name is taken.'] });
      });
    },
  );

  it.each(['ɑdmin', 'Ａdmın', 'ｍod', 'һеӏр', 'rооt'])(
    '%s looks like an operator, and is refused',
    async (username) => {
      const { status } = await signUp(username);
      expect(status).toBe(username === 'rооt' ? 422 : 409); // mixes two scripts
    },
  );

  it('of an operator may be taken if it is spelled plainly', async () => {
    await signUp('admin').expect(201);
    await signUp('ɑdmin').expect(409);
  });

  it('is a different one if both are ASCII', async () => {
    await signUp('arnold').expect(201);
    await signUp('amold').expect(201);
    await signUp('bobo').expect(201);
    await signUp('b0b0').expect(201);
  });

  it('can only be chosen in a rename by the owner of the name that it looks like', async () => {
    const { id, agent } = await app.user('eve');
    await agent.patch(`/api/v1/users/${id}`).send({ username: 'раураӏ' }).expect(409);
    await submit(agent, `/users/${id}?_method=PATCH`, { username: 'раураӏ' }).expect(409);
    const owner = await app.loggedIn('paypal');
    const { body } = await owner.get('/api/v1/auth/me');
    await owner.patch(`/api/v1/users/${body.id}`).send({ username: 'раураӏ' }).expect(200);
    // Both names are reserved for that user now: the current one, and the former one.
    await agent.patch(`/api/v1/users/${id}`).send({ username: 'paypal' }).expect(409);
    await owner.patch(`/api/v1/users/${body.id}`).send({ username: 'paypal' }).expect(200);
  });

  it('is refused the other way round as well: in ASCII, if the look-alike exists', async () => {
    await signUp('ѕаѕа').expect(201); // Cyrillic
    await signUp('sasa').expect(409);
  });

  it('is recognised for all that UTS 39 lists as confusable (a sample)', async () => {
    const pairs = Object.entries(confusables as Record<string, string>).filter(
      ([one, other]) =>
        [one, other].every(
          (name) => name.normalize('NFKC') === name && usernameObjections(name).length === 0,
        ) &&
        canonicalUsername(one) !== canonicalUsername(other) &&
        /[^ -~]/.test(one + other),
    );
    const sample = pairs.filter((_, index) => index % 23 === 0);
    expect(sample.length).toBeGreaterThan(30);
    for (const [one, other] of sample) {
      const { status } = await signUp(other);
      expect([201, 409]).toContain(status); // another of the sample may look the same
      expect([one, other, (await signUp(one)).status]).toEqual([one, other, 409]);
    }
  });

  it('goes to one of 24 concurrent sign-ups on two instances, if one is not ASCII', async () => {
    const second = await app.another();
    for (let round = 1; round <= 5; round += 1) {
      const [latin, cyrillic] = [`sc${'o'.repeat(round)}`, `ѕс${'о'.repeat(round)}`];
      const answers = await Promise.all(
        Array.from({ length: 24 }, (_, index) =>
          [app, second][index % 2]
            .agent()
            .post('/api/v1/auth/signup')
            .send({ username: index % 4 < 2 ? latin : cyrillic, password: PASSWORD }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(23).fill(409)]);
    }
    await second.close();
  });

  it('is stored by its skeleton as long as its user has it', async () => {
    const { id, agent } = await app.user('grace');
    const of = async () =>
      (await rows<{ user_id: number; skeleton: string }>(app, 'username_skeletons')).filter(
        ({ user_id }) => user_id === id,
      );
    expect((await of()).map(({ skeleton }) => skeleton)).toEqual(['grace']);
    await agent.patch(`/api/v1/users/${id}`).send({ username: 'hopper' }).expect(200);
    expect((await of()).map(({ skeleton }) => skeleton)).toEqual(['hopper']);
    await agent.delete(`/api/v1/users/${id}`).expect(204);
    expect(await of()).toEqual([]);
  });
});
