import { databaseChecks } from '../../src/cli/checks/database-checks';
import { loadSettings } from '../../src/options/load-settings';
import { TestApp } from '../support/app';
import { written } from '../support/audit';
import { postgresDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { submit } from '../support/page';
import { PgBouncer } from '../support/pgbouncer';
import { statements } from '../support/probes';
import { warnings } from '../support/warnings';

const PAGE = '/users/welcome';
const NOTIFICATIONS_LOST = /transaction mode/;
type Agent = ReturnType<TestApp['agent']>;

describe.each(['transaction', 'session'] as const)('Behind PgBouncer in %s mode', (mode) => {
  let database: TestDatabase;
  let pooler: PgBouncer;
  let app: TestApp;
  let other: TestApp;
  let warned: string[];
  let users = 0;

  beforeAll(async () => {
    warned = warnings();
    database = await postgresDatabase();
    pooler = await PgBouncer.before(database.url, mode);
    app = await TestApp.start({ DATABASE_URL: pooler.through(database.url), SESSION_CACHE: '1000' });
    other = await app.another();
  });
  afterAll(async () => {
    await app.close();
    await pooler.stop();
    await database.dispose();
    jest.restoreAllMocks();
  });

  /** Logged in, at both instances. */
  async function reader(): Promise<{ here: Agent; there: Agent; id: number }> {
    const { id, agent } = await app.user(`reader${(users += 1)}`);
    const answer = await agent.get('/api/v1/auth/me').expect(200);
    const cookie = String((answer.request as { cookies?: string }).cookies);
    await written(app);
    await agent.get(PAGE).expect(200);
    const there = other.agent().set('Cookie', cookie);
    await there.get(PAGE).expect(200);
    return { here: agent, there, id };
  }

  it('users sign up, log in, write and read', async () => {
    const { here, id } = await reader();
    await here.post(`/api/v1/users/${id}/messages`).send({ content: 'Hello' }).expect(201);
    await submit(here, '/lab/counter').expect(303);
    expect((await here.get('/lab')).text).toContain('>1<');
    await here.get('/api/v1/auth/sessions').expect(200);
    await app.agent().get('/health/ready').expect(200);
  });

  it('a log-out on one instance takes effect at once on the other', async () => {
    for (let round = 0; round < 4; round++) {
      const { here, there } = await reader();
      const [leaving, left] = round % 2 ? [here, there] : [there, here];
      await leaving.post('/api/v1/auth/logout').expect(204);
      await left.get(PAGE).expect(303);
    }
  });

  it('the doctor reports whether invalidations arrive', async () => {
    const settings = loadSettings(app.environment);
    const findings = [];
    for await (const finding of databaseChecks(settings)) findings.push(finding);
    const wanted = mode === 'session' ? [] : [expect.objectContaining({ state: 'warning' })];
    expect(findings.filter(({ remedy = '' }) => NOTIFICATIONS_LOST.test(remedy))).toEqual(wanted);
  });

  if (mode === 'transaction') {
    it('each instance warns once, and reads sessions and users for each request', async () => {
      const { here } = await reader();
      await written(app);
      const seen = statements(app);
      await here.get(PAGE).expect(200);
      expect(seen.filter((sql) => /FROM (sessions|users)/.test(sql))).toHaveLength(1);
      expect(warned.filter((line) => NOTIFICATIONS_LOST.test(line))).toHaveLength(2);
    });
  } else {
    it('the cache is used', async () => {
      expect(warned.filter((line) => NOTIFICATIONS_LOST.test(line))).toEqual([]);
      const asked = async () => {
        const { here } = await reader();
        await written(app);
        const seen = statements(app);
        await here.get(PAGE).expect(200);
        return seen.length;
      };
      expect(await asked()).toBe(0);
    });
  }
});

it('A pooler that changes to transaction mode is noticed at the next connection', async () => {
  const warned = warnings();
  const database = await postgresDatabase();
  const before = await PgBouncer.before(database.url, 'session');
  const address = before.through(database.url);
  const app = await TestApp.start({ DATABASE_URL: address, SESSION_CACHE: '1000' });
  expect(warned.filter((line) => NOTIFICATIONS_LOST.test(line))).toEqual([]);
  await before.stop();
  const after = await PgBouncer.before(database.url, 'transaction', {
    listen_port: new URL(address).port,
  });
  await eventually(
    () => warned.filter((line) => NOTIFICATIONS_LOST.test(line)).length,
    (count) => count === 1,
  );
  const { agent } = await app.user('ada');
  await agent.get(PAGE).expect(200);
  await app.close();
  await after.stop();
  await database.dispose();
  jest.restoreAllMocks();
});
