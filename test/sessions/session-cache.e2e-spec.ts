import { DataSource } from 'typeorm';
import { InvalidationSource } from '../../src/database/invalidation/invalidation-source';
import { TestApp } from '../support/app';
import { written } from '../support/audit';
import { eventually } from '../support/eventually';
import { setCookie } from '../support/page';
import { statements } from '../support/probes';

const isPostgres = globalThis.LATCHKEY_DATABASE === 'postgres';
const PAGE = '/users/welcome';
/** The reads of requests. Mails and events are written in parallel. */
const readsIn = (seen: string[]) => seen.filter((sql) => /FROM (sessions|users)\b/.test(sql));
type Agent = ReturnType<TestApp['agent']>;

describe('The session cache', () => {
  let app: TestApp;
  let other: TestApp;
  /** A database connection outside the application. */
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

  /** A user whose session this instance has cached, and the same browser at the other instance. */
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

  it('serves a page without a statement, and sets no cookie', async () => {
    const { agent, username } = await reader();
    const seen = statements(app);
    const page = await agent.get(PAGE).expect(200);
    expect(page.text).toContain(username);
    expect(setCookie(page, 'sid')).toBeUndefined();
    await agent.get('/api/v1/auth/me').expect(200);
    expect(readsIn(seen)).toEqual([]);
  });

  it('is invalidated by a log-out on another instance', async () => {
    for (let round = 0; round < 20; round++) {
      const { agent, there } = await reader();
      expect(await isIn(there)).toBe(true);
      await there.post('/api/v1/auth/logout').expect(204);
      expect(await isIn(agent)).toBe(false);
    }
  });

  it('is invalidated by a value that another instance stores in the session', async () => {
    const { agent, there } = await reader();
    for (let count = 1; count <= 10; count++) {
      const [here, elsewhere] = count % 2 ? [agent, there] : [there, agent];
      await here.post('/lab/counter').type('form').send({}).expect(303);
      expect((await elsewhere.get('/lab')).text).toContain(`>${count}<`);
    }
  });

  it('is invalidated by SQL that disables, renames or deletes the user', async () => {
    const disabled = await reader();
    await outside.query(`UPDATE users SET disabled_at = 1 WHERE id = ${disabled.id}`);
    expect(await isIn(disabled.agent)).toBe(false);

    const renamed = await reader();
    await outside.query(`UPDATE users SET username = 'Another Name' WHERE id = ${renamed.id}`);
    expect((await renamed.agent.get(PAGE)).text).toContain('Another Name');

    const deleted = await reader();
    await outside.query(`DELETE FROM users WHERE id = ${deleted.id}`);
    expect(await isIn(deleted.agent)).toBe(false);
  });

  it.each([
    ['ends', 'UPDATE sessions SET ended_at = 1 WHERE user_id ='],
    ['cuts short', 'UPDATE sessions SET idle_expires_at = 1 WHERE user_id ='],
    ['deletes', 'DELETE FROM sessions WHERE user_id ='],
    ['takes the user from', 'UPDATE sessions SET user_id = NULL WHERE user_id ='],
    ['gives another ID to', "UPDATE sessions SET id_hash = '~' || substr(id_hash, 2) WHERE user_id ="],
  ])('is invalidated by SQL that %s the session', async (_, sql) => {
    const { id, agent } = await reader();
    await outside.query(`${sql} ${id}`);
    expect(await isIn(agent)).toBe(false);
  });

  it('is invalidated by SQL that replaces or empties a table', async () => {
    const { id, agent, username } = await reader();
    if (isPostgres) {
      const { agent: another } = await reader();
      await outside.query('TRUNCATE sessions');
      for (const browser of [agent, another]) expect(await isIn(browser)).toBe(false);
      return;
    }
    const [user] = await outside.query<Record<string, unknown>[]>('SELECT * FROM users WHERE id = $1', [id]);
    const values = Object.values({ ...user, username: 'Replaced' });
    const places = values.map((_, index) => `$${index + 1}`).join();
    await outside.query(`REPLACE INTO users (${Object.keys(user).join()}) VALUES (${places})`, values);
    const page = await agent.get(PAGE);
    expect(page.text).not.toContain(username);
    // Tables that refer to the user lose their rows by REPLACE: a session that remains shows the new name.
    if (page.status === 200) expect(page.text).toContain('Replaced');
  });

  it('does not extend a session', async () => {
    const { agent } = await reader();
    wait(31);
    expect(await isIn(agent)).toBe(false);
  });

  it('does not shorten a session that is used on another instance', async () => {
    const { agent, there } = await reader();
    expect(await isIn(there)).toBe(true);
    wait(20);
    expect(await isIn(there)).toBe(true);
    wait(20);
    expect(await isIn(agent)).toBe(true);
  });

  it('is invalidated in time during many writes', async () => {
    const readers = await Promise.all(Array.from({ length: 8 }, () => reader()));
    const noise = Array.from({ length: 20 }, (_, n) => (n % 2 ? app : other).signUp(`noise${n}`));
    const ends = readers.map(async ({ agent, there }, n) => {
      const [ending, left] = n % 2 ? [there, agent] : [agent, there];
      await ending.post('/api/v1/auth/logout').expect(204);
      expect(await isIn(left)).toBe(false);
    });
    await Promise.all([...ends, ...noise]);
  });

  it('keeps the entries of other users when one signs up, logs in, posts or logs out', async () => {
    const { agent } = await reader();
    const { agent: another, id } = await app.user('busy');
    await another.post(`/api/v1/users/${id}/messages`).send({ content: 'Hello' }).expect(201);
    await another.post('/api/v1/auth/logout').expect(204);
    await written(app);
    const seen = statements(app);
    await agent.get(PAGE).expect(200);
    expect(readsIn(seen)).toEqual([]);
  });

  if (!isPostgres) {
    it('is invalidated as a whole after more changes than the database records', async () => {
      const { id, agent, there } = await reader();
      await outside.query(`UPDATE users SET disabled_at = 1 WHERE id = ${id}`);
      await outside.query(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO cache_invalidations (cache_key) SELECT 'session:none' FROM n`,
      );
      await outside.query(
        'DELETE FROM cache_invalidations WHERE id < (SELECT max(id) FROM cache_invalidations)',
      );
      for (const browser of [agent, there]) expect(await isIn(browser)).toBe(false);
    });

    /** The row of a table with some columns changed, as an INSERT or REPLACE takes it. */
    const copyOf = async (table: string, where: string, changes: Record<string, string>) => {
      const columns = await outside.query<{ name: string }[]>(`PRAGMA table_info(${table})`);
      const values = columns.map(({ name }) => changes[name] ?? name).join();
      return `INTO ${table} (${columns.map(({ name }) => name).join()}) SELECT ${values} FROM ${table} WHERE ${where}`;
    };

    it('is invalidated by a REPLACE that removes a row for another unique value', async () => {
      const [user, session] = [await reader(), await reader()];
      await outside.query('PRAGMA foreign_keys = ON');
      const namesake = await copyOf('users', `id = ${user.id}`, { id: 'id + 100000' });
      await outside.query(`REPLACE ${namesake}`);
      expect((await user.agent.get('/api/v1/auth/me')).status).toBe(401);

      const copied = { id_hash: "'copy' || id_hash", user_id: 'NULL' };
      await outside.query(`REPLACE ${await copyOf('sessions', `user_id = ${session.id}`, copied)}`);
      expect(await isIn(session.agent)).toBe(false);

      const [taken, taker] = [await reader(), await reader()];
      await outside.query(
        `UPDATE OR REPLACE users SET username_canonical = (SELECT username_canonical FROM users WHERE id = ${taken.id})
         WHERE id = ${taker.id}`,
      );
      expect((await taken.agent.get('/api/v1/auth/me')).status).toBe(401);
    });

    it('is emptied if the log was purged and counts from the beginning', async () => {
      const { id, agent } = await reader();
      const rename = (name: string) =>
        outside.query(`UPDATE users SET username = '${name}' WHERE id = ${id}`);
      await outside.query('DELETE FROM cache_invalidations');
      await rename('Before');
      expect((await agent.get(PAGE)).text).toContain('Before');
      await outside.query('DELETE FROM cache_invalidations');
      await rename('After'); // a row with the same ID and key as the last that was read
      expect((await agent.get(PAGE)).text).toContain('After');
    });

    it('is bypassed while another table has the triggers, until a start creates them again', async () => {
      const { id, agent } = await reader();
      await outside.query('PRAGMA foreign_keys = OFF');
      await outside.query('PRAGMA legacy_alter_table = ON'); // leaves references to the table alone
      const [{ sql }] = await outside.query<{ sql: string }[]>(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'users'",
      );
      await outside.query('ALTER TABLE users RENAME TO users_backup');
      await outside.query(sql);
      await outside.query('INSERT INTO users SELECT * FROM users_backup');
      for (let start = 0; start < 2; start++) {
        await outside.query(`UPDATE users SET disabled_at = 1 WHERE id = ${id}`);
        expect(await isIn(agent)).toBe(false);
        await outside.query(`UPDATE users SET disabled_at = NULL WHERE id = ${id}`);
        await app.another();
      }
      await outside.query('DROP TABLE users_backup');
    });

    it('is emptied if triggers were missing unnoticed, as after a migration that copies the table', async () => {
      const { id, agent } = await reader();
      await outside.query('DROP TRIGGER tr_users_update_invalidate');
      await outside.query(`UPDATE users SET disabled_at = 1 WHERE id = ${id}`);
      await app.another();
      expect(await isIn(agent)).toBe(false);
    });

    it('is bypassed while a trigger is missing', async () => {
      const { id, agent } = await reader();
      await outside.query('DROP TRIGGER tr_users_update_invalidate');
      await outside.query(`UPDATE users SET disabled_at = 1 WHERE id = ${id}`);
      expect(await isIn(agent)).toBe(false);
      await app.another(); // a start creates it again
      expect(await isIn(agent)).toBe(false);
      const { agent: next } = await reader();
      const seen = statements(app);
      await next.get(PAGE).expect(200);
      expect(readsIn(seen)).toEqual([]);
    });
  }

  if (isPostgres) {
    it('is bypassed while no invalidations arrive, and is used again when they do', async () => {
      const { agent, there } = await reader();
      const ear =
        "FROM pg_stat_activity WHERE application_name = 'latchkey cache' AND datname = current_database()";
      await outside.query(`SELECT pg_terminate_backend(pid) ${ear}`);
      await there.post('/api/v1/auth/logout').expect(204);
      expect(await isIn(agent)).toBe(false);

      const source = app.app.get(InvalidationSource, { strict: false });
      await eventually(() => source.isFresh(), Boolean);
      const { agent: next } = await reader();
      const seen = statements(app);
      await next.get(PAGE).expect(200);
      expect(readsIn(seen)).toEqual([]);
    });
  }
});

describe('An application without a session cache', () => {
  it('reads the session with its user for each request', async () => {
    const app = await TestApp.start({ SESSION_CACHE: '0' });
    const { agent } = await app.user('reader');
    await agent.get(PAGE).expect(200);
    await written(app);
    const seen = statements(app);
    await agent.get(PAGE).expect(200);
    expect(seen).toHaveLength(1);
    await app.close();
  });
});
