import { ExpiredFreedUsernames } from '../../src/users/freed-usernames';
import { PASSWORD, TestApp } from '../support/app';
import { fieldError, flashes, submit } from '../support/page';
import { dump } from '../support/probes';

const DAY = 86_400_000;
const ASKED = 'Please confirm with your current password.';

describe('A rename', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  const signUp = (username: string) =>
    app.agent().post('/api/v1/auth/signup').send({ username, password: PASSWORD });

  it('needs no password within 10 minutes of the log-in', async () => {
    const { id, agent } = await app.user('ada');
    await agent.patch(`/api/v1/users/${id}`).send({ username: 'ada2' }).expect(200);
    await submit(agent, `/users/${id}?_method=PATCH`, { username: 'ada3' }).expect(303);
  });

  it('needs the password later, on the page beside the field and in the API', async () => {
    const { id, agent } = await app.user('late');
    app.clock.advance(11 * 60_000);
    const form = await agent.get(`/users/${id}/edit`).expect(200);
    expect(form.text).toContain('To change your username or e-mail, confirm that it is still you.');
    for (const username of ['later', 'Late']) {
      const page = await submit(agent, `/users/${id}?_method=PATCH`, { username, email: '' }).expect(422);
      expect(fieldError(page, 'currentPassword')).toBe(ASKED);
      const answer = await agent.patch(`/api/v1/users/${id}`).send({ username }).expect(422);
      expect(answer.body.errors).toEqual({ currentPassword: [ASKED] });
    }
    await agent
      .patch(`/api/v1/users/${id}`)
      .send({ username: 'later', currentPassword: 'wrong' })
      .expect(422);
    expect((await agent.get('/api/v1/auth/me')).body.username).toBe('late');

    const right = { username: 'later', email: '', currentPassword: PASSWORD };
    const done = await submit(agent, `/users/${id}?_method=PATCH`, right).expect(303);
    expect(flashes(await agent.get(done.headers.location))).toEqual(['User Updated!']);
    await agent
      .patch(`/api/v1/users/${id}`)
      .send({ username: 'last', currentPassword: PASSWORD })
      .expect(200);
  });

  it('does not happen if the form is saved unchanged', async () => {
    const { id, agent } = await app.user('same');
    app.clock.advance(11 * 60_000);
    const before = await app.dataSource.query(`SELECT * FROM users WHERE id = ${id}`);
    await submit(agent, `/users/${id}?_method=PATCH`, { username: 'same', email: '' }).expect(303);
    expect(await app.dataSource.query(`SELECT * FROM users WHERE id = ${id}`)).toEqual(before);
  });

  describe('releases the old name, which', () => {
    it('other users cannot take for 90 days, nor a look-alike of it', async () => {
      const { id, agent } = await app.user('scope');
      await agent.patch(`/api/v1/users/${id}`).send({ username: 'horace' }).expect(200);
      const other = await app.user('other');
      for (const username of ['scope', 'SCOPE', 'ѕсоре', 'ＳＣＯＰＥ']) {
        const answer = await signUp(username).expect(409);
        expect(answer.body.errors).toEqual({ username: ['This name is taken.'] });
        expect(answer.body.detail).toBe('Invalid submission. Please try again.');
        await other.agent.patch(`/api/v1/users/${other.id}`).send({ username }).expect(409);
        await submit(other.agent, `/users/${other.id}?_method=PATCH`, { username }).expect(409);
        await submit(app.agent(), '/users/signup', { username, password: PASSWORD }).expect(409);
      }
      app.clock.advance(90 * DAY - 60_000);
      await signUp('scope').expect(409);
      app.clock.advance(60_000);
      await signUp('scope').expect(201);
    });

    it('its former owner may take back and release again', async () => {
      const { id, agent } = await app.user('grace');
      for (const username of ['hopper', 'grace', 'hopper', 'Grace']) {
        await agent.patch(`/api/v1/users/${id}`).send({ username }).expect(200);
      }
      await signUp('hopper').expect(409);
      const stored = await app.dataSource.query<unknown[]>(
        `SELECT * FROM freed_usernames WHERE owner_id = ${id}`,
      );
      expect(stored).toHaveLength(4); // two names, each with its look-alike form
    });

    it('in ASCII does not reserve other ASCII names that look like it', async () => {
      const { id, agent } = await app.user('arnold');
      await agent.patch(`/api/v1/users/${id}`).send({ username: 'schwarz' }).expect(200);
      await signUp('amold').expect(201);
    });

    it('outside ASCII also reserves the ASCII name that it looks like', async () => {
      const { id, agent } = await app.user('ѕаѕа');
      await agent.patch(`/api/v1/users/${id}`).send({ username: 'саша' }).expect(200);
      await signUp('sasa').expect(409);
      await agent.patch(`/api/v1/users/${id}`).send({ username: 'ѕаѕа' }).expect(200);
    });

    it('is not released by a change of case', async () => {
      const { id, agent } = await app.user('alan');
      await agent.patch(`/api/v1/users/${id}`).send({ username: 'Alan' }).expect(200);
      expect(await app.dataSource.query(`SELECT * FROM freed_usernames WHERE owner_id = ${id}`)).toEqual([]);
    });

    it('is stored as a keyed hash', async () => {
      const { id, agent } = await app.user('mallory.the.first');
      await agent.patch(`/api/v1/users/${id}`).send({ username: 'm2' }).expect(200);
      expect(
        await app.dataSource.query(`SELECT name_hash FROM freed_usernames WHERE owner_id = ${id}`),
      ).toEqual(expect.arrayContaining([{ name_hash: expect.stringMatching(/^[\w-]{43}$/) }]));
      expect(JSON.stringify(await app.dataSource.query('SELECT * FROM freed_usernames'))).not.toContain(
        'mallory',
      );
      expect(await dump(app)).not.toContain('mallory.the.first');
    });

    it('stays reserved when SESSION_SECRET is rotated', async () => {
      const before = await TestApp.start({ SESSION_SECRET: 'the first secret of this test' });
      const { id, agent } = await before.user('scope');
      await agent.patch(`/api/v1/users/${id}`).send({ username: 'horace' }).expect(200);
      const after = await before.another({
        SESSION_SECRET: 'the second secret of this test,the first secret of this test',
      });
      for (const username of ['scope', 'ѕсоре']) {
        const fields = { username, password: PASSWORD };
        await after.agent().post('/api/v1/auth/signup').send(fields).expect(409);
      }
      await before.close();
    });

    it('is reserved only among the last ten names of that user', async () => {
      const { id, agent } = await app.user('nomad0');
      for (let index = 1; index <= 20; index += 1) {
        await agent
          .patch(`/api/v1/users/${id}`)
          .send({ username: `nomad${index}` })
          .expect(200);
      }
      await signUp('nomad0').expect(201);
      await signUp('nomad19').expect(409);
      const [{ n }] = await app.dataSource.query<{ n: number | string }[]>(
        `SELECT count(*) AS n FROM freed_usernames WHERE owner_id = ${id}`,
      );
      expect(Number(n)).toBeLessThanOrEqual(30);
    });

    it('goes to the former owner, never to one of twelve concurrent other users', async () => {
      const { id, agent } = await app.user('contested');
      const answers = await Promise.all([
        agent.patch(`/api/v1/users/${id}`).send({ username: 'moved.on' }),
        ...Array.from({ length: 12 }, () => signUp('contested')),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, ...Array<number>(12).fill(409)]);
    });
  });

  it('before a deletion leaves no name reserved', async () => {
    const { id, agent } = await app.user('leaver');
    await agent.delete(`/api/v1/users/${id}`).expect(204);
    await signUp('leaver').expect(409);
    await signUp('Іeaver').expect(422);
    app.clock.advance(90 * DAY);
    await app.app.get(ExpiredFreedUsernames, { strict: false }).purge();
    expect(await app.dataSource.query('SELECT * FROM freed_usernames')).toEqual([]);
    await signUp('leaver').expect(201);
  });
});
