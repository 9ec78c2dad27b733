import { DataSource } from 'typeorm';
import { Changes } from '../../src/database/changes/changes';
import { TestApp } from '../support/app';
import { written } from '../support/audit';
import { eventually } from '../support/eventually';
import { setCookie } from '../support/page';
import { statements } from '../support/probes';

const isPostgres = globalThis.LATCHKEY_DATABASE === 'postgres';
const PAGE = '/users/welcome';
type Agent = ReturnType<TestApp['agent']>;

describe('Copies of sessions and users', () => {
  let app: TestApp;
  let other: TestApp;
  /** Somebody with SQL, who has nothing to do with us. */
  let outside: DataSource;
  let users = 0;

  beforeAll(async () => {
    app = await TestApp.start({ SESSION_CACHE: '1000' });
    other = await app.another();
    const { DATABASE_URL: url = '' } = app.environment;
    const options = isPostgres
      ? ({ type: 'postgres', url } as const)
      : ({ type: 'sqlite', database: url.slice('sqlite:'.length) } as const);
    outside = await new DataSource(options).initialize();
  });
  afterAll(async () => {
    await outside.destroy();
    await app.close();
  });

  /** Somebody of whom this instance holds copies, and the same browser at the other instance. */
  async function reader() {
    const username = `reader${(users += 1)}`;
    const { id, agent } = await app.user(username);
    const answer = await agent.get('/api/v1/auth/me').expect(200);
    const cookie = String((answer.request as { cookies?: string }).cookies);
    await written(app);
    await agent.get(PAGE).expect(200);
    return { id, username, agent, there: other.agent().set('Cookie', cookie) };
  }

  const wait = (minutes: number) => {
    for (const { clock } of [app, other]) clock.advance(minutes * 60_000);
  };
  const isIn = async (agent: Agent) => (await agent.get(PAGE)).status === 200;

  it('answer for the database, which is asked for nothing but changes', async () => {
    const { agent, username } = await reader();
    const seen = statements(app);
    const page = await agent.get(PAGE).expect(200);
    expect(page.text).toContain(username);
    expect(setCookie(page, 'sid')).toBeUndefined();
    await agent.get('/api/v1/auth/me').expect(200);
    expect(seen).toEqual([]);
  });

  it('are outdated at once by a log-out on another instance', async () => {
    for (let round = 0; round < 20; round++) {
      const { agent, there } = await reader();
      expect(await isIn(there)).toBe(true);
      await there.post('/api/v1/auth/logout').expect(204);
      expect(await isIn(agent)).toBe(false);
    }
  });

  it('are outdated at once by what the other instance keeps in the session', async () => {
    const { agent, there } = await reader();
    for (let count = 1; count <= 10; count++) {
      const [here, elsewhere] = count % 2 ? [agent, there] : [there, agent];
      await here.post('/lab/counter').type('form').send({}).expect(303);
      expect((await elsewhere.get('/lab')).text).toContain(`>${count}<`);
    }
  });

  it('are outdated at once by whoever disables, renames or deletes a user with SQL', async () => {
    const disabled = await reader();
    await outside.query(`UPDATE users SET disabled_at = 1 WHERE id = ${disabled.id}`);
    expect(await isIn(disabled.agent)).toBe(false);

    const renamed = await reader();
    await outside.query(`UPDATE users SET username = 'Somebody Else' WHERE id = ${renamed.id}`);
    expect((await renamed.agent.get(PAGE)).text).toContain('Somebody Else');

    const deleted = await reader();
    await outside.query(`DELETE FROM users WHERE id = ${deleted.id}`);
    expect(await isIn(deleted.agent)).toBe(false);
  });

  it.each([
    ['ends', 'UPDATE sessions SET ended_at = 1 WHERE user_id ='],
    ['cuts short', 'UPDATE sessions SET idle_expires_at = 1 WHERE user_id ='],
    ['deletes', 'DELETE FROM sessions WHERE user_id ='],
  ])('are outdated at once by whoever %s a session with SQL', async (_, sql) => {
    const { id, agent } = await reader();
    await outside.query(`${sql} ${id}`);
    expect(await isIn(agent)).toBe(false);
  });

  it('expire as sessions do', async () => {
    const { agent } = await reader();
    wait(31);
    expect(await isIn(agent)).toBe(false);
  });

  it('do not end a session that another instance has been used with', async () => {
    const { agent, there } = await reader();
    expect(await isIn(there)).toBe(true);
    wait(20);
    expect(await isIn(there)).toBe(true);
    wait(20);
    expect(await isIn(agent)).toBe(true);
  });

  it('are right while many write', async () => {
    const readers = await Promise.all(Array.from({ length: 8 }, () => reader()));
    const noise = Array.from({ length: 20 }, (_, n) => (n % 2 ? app : other).signUp(`noise${n}`));
    const ends = readers.map(async ({ agent, there }, n) => {
      const [ending, left] = n % 2 ? [there, agent] : [agent, there];
      await ending.post('/api/v1/auth/logout').expect(204);
      expect(await isIn(left)).toBe(false);
    });
    await Promise.all([...ends, ...noise]);
  });

  if (isPostgres) {
    it('are not used while nobody hears of changes, and are again when somebody does', async () => {
      const { agent, there } = await reader();
      const ear =
        "FROM pg_stat_activity WHERE application_name = 'latchkey changes' AND datname = current_database()";
      await outside.query(`SELECT pg_terminate_backend(pid) ${ear}`);
      await there.post('/api/v1/auth/logout').expect(204);
      expect(await isIn(agent)).toBe(false);

      const changes = app.app.get(Changes, { strict: false });
      await eventually(() => changes.areKnown(), Boolean);
      const { agent: next } = await reader();
      const seen = statements(app);
      await next.get(PAGE).expect(200);
      expect(seen).toEqual([]);
    });
  }
});

describe('An application without copies', () => {
  it('reads the session and its user for each request', async () => {
    const app = await TestApp.start({ SESSION_CACHE: '0' });
    const { agent } = await app.user('reader');
    await agent.get(PAGE).expect(200);
    await written(app);
    const seen = statements(app);
    await agent.get(PAGE).expect(200);
    expect(seen).toHaveLength(2);
    await app.close();
  });
});
