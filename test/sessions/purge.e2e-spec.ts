import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { SessionEngine } from '../../src/sessions/session-engine';
import { ExpiredSessions } from '../../src/sessions/expired-sessions';
import { TestApp } from '../support/app';
import { submit } from '../support/page';
import { countSessions, LIVE, statements } from '../support/probes';

const MINUTE = 60_000;
/** Rows stay for a day after they expired, so that the user can still see the reason. */
const DAY = 24 * 60 * MINUTE;

describe('The purge of sessions', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.close());

  const engine = () => app.app.get(SessionEngine, { strict: false });
  const purge = () => app.app.get(ExpiredSessions, { strict: false }).purge();

  it('deletes expired sessions and no others', async () => {
    const old = await app.user('old');
    app.clock.advance(DAY);
    const active = await app.user('active');
    app.clock.advance(20 * MINUTE);
    await active.agent.get('/').expect(200);
    const fresh = await app.user('fresh');
    app.clock.advance(15 * MINUTE);

    await purge();
    expect(await countSessions(app)).toBe(2);
    await active.agent.get('/api/v1/auth/me').expect(200);
    await fresh.agent.get('/api/v1/auth/me').expect(200);
    await old.agent.get('/api/v1/auth/me').expect(401);
  });

  it('keeps an ended or expired session for a day, so that its user can see the reason', async () => {
    const { agent } = await app.user('ada');
    await submit(agent, '/users/logout').expect(303);
    await app.loggedIn('ada');
    app.clock.advance(31 * MINUTE);
    await purge();
    expect(await countSessions(app)).toBe(2);
    app.clock.advance(DAY);
    await purge();
    expect(await countSessions(app)).toBe(0);
  });

  it('works in batches until nothing is left', async () => {
    for (let index = 0; index < 1_203; index += 1) await engine().create(`hash${index}`, { index });
    await engine().create('a-user', { userId: 1 });
    app.clock.advance(DAY + 31 * MINUTE);
    await engine().create('later', { userId: 1 });

    expect(await engine().expire({ limit: 4 })).toHaveLength(4);
    expect(await engine().purge(3)).toBe(3);
    expect(await countSessions(app)).toBe(1_202);
    const seen = statements(app);
    await purge();
    expect(seen.filter((sql) => /^DELETE FROM "sessions"/i.test(sql))).toHaveLength(3);
    expect(await countSessions(app)).toBe(1);
    expect(await engine().load('later')).not.toBeNull();
  });

  it('deletes each row once when two instances run it at once, and fails on neither', async () => {
    const second = await app.another();
    for (let index = 0; index < 300; index += 1) await engine().create(`hash${index}`, { index });
    for (const { clock } of [app, second]) clock.advance(DAY + 31 * MINUTE);
    const other = second.app.get(SessionEngine, { strict: false });
    const empty = async (store: SessionEngine) => {
      while ((await store.expire({ limit: 50 })).length > 0);
      while ((await store.purge(50)) === 50);
    };
    await Promise.all([empty(engine()), empty(other)]);
    expect(await countSessions(app)).toBe(0);
    await second.close();
  });

  it('spares a session that another instance is using', async () => {
    await engine().create('hash', { userId: 1 });
    app.clock.advance(DAY + 31 * MINUTE);
    const other = await new DataSource(app.dataSource.options).initialize();
    const runner = other.createQueryRunner();
    await runner.query(other.options.type === 'sqlite' ? 'BEGIN IMMEDIATE' : 'BEGIN');
    await runner.query(`UPDATE sessions SET idle_expires_at = ${app.clock.now() + MINUTE}`);
    // Reads the row as it was before, then waits for the other transaction.
    const expired = engine().expire({ limit: 10 });
    await delay(300);
    await runner.query('COMMIT');
    expect(await expired).toEqual([]);
    expect(await countSessions(app, LIVE)).toBe(1);
    await runner.release();
    await other.destroy();
  });
});
