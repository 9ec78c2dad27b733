import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { TestApp } from '../support/app';
import { written } from '../support/audit';
import { postgresDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { expectBack, expectNotReady } from '../support/outage';
import { PostgresServer } from '../support/postgres-server.cjs';
import { TcpProxy } from '../support/tcp-proxy';

const PAGE = '/users/welcome';
/** The time that docs/operations.md promises for a former primary that still accepts writes. */
const PROMISED_MS = 3_000;

describe('After a switchover of PostgreSQL with old connections open', () => {
  let former: PostgresServer;
  let next: PostgresServer;
  /** Two addresses of the database: names move for one machine before another. */
  let ways: TcpProxy[];
  /** At the first address, with and without the session cache. */
  let staying: TestApp[];
  /** At the second. */
  let moved: TestApp;

  beforeEach(async () => {
    former = await PostgresServer.start();
    const { url } = await postgresDatabase(former.url);
    ways = await Promise.all([former, former].map((server) => TcpProxy.to(portOf(server))));
    const through = ({ port }: TcpProxy) => Object.assign(new URL(url), { port: String(port) }).href;
    const app = await TestApp.start({ DATABASE_URL: through(ways[0]), SESSION_CACHE: '1000' });
    staying = [app, await app.another({ SESSION_CACHE: '0' })];
    moved = await app.another({ DATABASE_URL: through(ways[1]) });
    next = await former.standby();
  }, 60_000);
  afterEach(async () => {
    await staying[0].close();
    for (const way of ways) await way.close();
    former.remove();
    next.remove();
  });

  const portOf = ({ url }: PostgresServer) => Number(new URL(url).port);

  async function ask<T>({ url }: PostgresServer, sql: string): Promise<T[]> {
    const source = await new DataSource({ type: 'postgres', url }).initialize();
    try {
      return await source.query<T[]>(sql);
    } finally {
      await source.destroy();
    }
  }

  async function makeReadOnly(): Promise<void> {
    await ask(former, 'ALTER SYSTEM SET default_transaction_read_only = on');
    await ask(former, 'SELECT pg_reload_conf()');
  }

  /** Resolves when it has replicated all commits. */
  async function promote(): Promise<void> {
    const [{ at }] = await ask<{ at: string }>(former, 'SELECT pg_current_wal_insert_lsn() AS at');
    await eventually(
      () => ask<{ has: boolean }>(next, `SELECT pg_last_wal_replay_lsn() >= '${at}' AS has`),
      ([{ has }]) => has,
    );
    await next.promote();
  }

  /** Logged in, and cached on all instances. @returns the cookie */
  async function reader(username: string): Promise<string> {
    const { agent } = await moved.user(username);
    const answer = await agent.get('/api/v1/auth/me').expect(200);
    const cookie = String((answer.request as { cookies?: string }).cookies);
    await written(moved);
    for (const app of [...staying, moved]) {
      // on as many connections as there may be
      const all = await Promise.all(Array.from({ length: 5 }, () => statusAt(app, cookie)));
      expect(all).toEqual([200, 200, 200, 200, 200]);
    }
    return cookie;
  }

  const statusAt = async (app: TestApp, cookie: string) =>
    (await app.agent().set('Cookie', cookie).get(PAGE).set('Accept', 'text/html')).status;
  const logOut = (cookie: string) =>
    eventually(
      async () => (await moved.agent().set('Cookie', cookie).post('/api/v1/auth/logout')).status,
      (status) => status === 204,
    );

  it('a log-out takes effect at once on instances still connected to the former server, which is read-only', async () => {
    const [first, second, still] = [await reader('ada'), await reader('grace'), await reader('mary')];
    await makeReadOnly();
    await promote();
    ways[1].leadNewTo(portOf(next));
    await logOut(first);
    for (const app of staying) {
      // Its address still leads to the former server: it cannot know, and says so.
      for (const cookie of [first, still, first, still]) expect(await statusAt(app, cookie)).toBe(503);
      expect((await app.agent().get('/messages')).status).toBe(200);
      await expectNotReady(app);
    }

    ways[0].leadNewTo(portOf(next));
    await logOut(second);
    for (const app of staying) {
      expect(await statusAt(app, second)).not.toBe(200);
      await expectBack(app, still);
      for (const cookie of [first, second]) expect(await statusAt(app, cookie)).toBe(303);
    }
  }, 60_000);

  it('a log-out takes effect within 3 s on instances whose former server still accepts writes', async () => {
    const cookie = await reader('ada');
    await promote();
    for (const way of ways) way.leadNewTo(portOf(next));
    await delay(PROMISED_MS);
    await logOut(cookie);
    for (const app of staying) expect(await statusAt(app, cookie)).toBe(303);
    await expectBack(staying[0], await reader('grace'));
  }, 60_000);
});
