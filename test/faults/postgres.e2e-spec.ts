import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { postgresDatabase, type TestDatabase } from '../support/database';
import { tellFigures } from '../support/figures';
import { PostgresServer } from '../support/postgres-server.cjs';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';
import { IS_LONG } from '../support/rounds';
import { Crowd } from './crowd';

const CRASHES = IS_LONG ? 8 : 2;
const FEWEST_STEPS = 20; // so that there is something to lose
const MOST_STEPS = 60;
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
/** Confirms what it has in its memory alone, and for longer than this test takes. */
const FORGETFUL = { ...DURABLE, synchronous_commit: 'off', wal_writer_delay: '10s' };

describe('PostgreSQL that crashes while many users change their accounts', () => {
  let built: Build;
  let dataDir: string;
  let server: PostgresServer;
  let database: TestDatabase;
  let started: Started;

  beforeAll(async () => {
    built = await build();
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-crashes-'));
  }, 120_000);
  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });
  afterEach(async () => {
    await started.stop();
    server.remove();
  });

  async function start(options: Record<string, string>): Promise<void> {
    server = await PostgresServer.start(options);
    database = await postgresDatabase(server.url);
    started = await Started.run(built, { DATA_DIR: dataDir, DATABASE_URL: database.url, THROTTLE: 'off' });
    await started.listening();
  }

  async function outside<T>(work: (database: DataSource) => Promise<T>): Promise<T> {
    const source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    try {
      return await work(source);
    } finally {
      await source.destroy();
    }
  }

  const crashes: Record<string, () => Promise<void>> = {
    'all of it is killed': async () => {
      await server.kill();
      await server.start();
    },
    'it is stopped at once': async () => {
      await server.stop('immediate');
      await server.start();
    },
    'one connection is killed, and it recovers by itself': async () => {
      const [{ pid }] = await outside((source) =>
        source.query<{ pid: number }[]>(
          "SELECT pid FROM pg_stat_activity WHERE application_name = 'latchkey' ORDER BY query_start DESC LIMIT 1",
        ),
      );
      process.kill(pid, 'SIGKILL');
    },
  };

  async function crashUnderLoad(crowd: Crowd, crash: () => Promise<void>): Promise<void> {
    const using = crowd.use(started.port);
    await crowd.tally.more(FEWEST_STEPS + Math.floor(Math.random() * (MOST_STEPS - FEWEST_STEPS)));
    await crash();
    crowd.leave(); // some may have had no request in flight
    await using.catch((error: unknown) => {
      throw new Error(`${String(error)}\n${started.output}`);
    });
    while (!(await fetch(`${started.url}/health/ready`)).ok) await delay(20);
  }

  it(`keeps all confirmed changes, and the application recovers, after ${CRASHES} crashes of each kind`, async () => {
    await start(DURABLE);
    const crowd = new Crowd(12);
    for (const crash of Object.values(crashes)) {
      for (let i = 0; i < CRASHES; i += 1) {
        await crashUnderLoad(crowd, crash);
        expect(await crowd.losses(started.port)).toEqual([]);
      }
    }
    expect(await crowd.losses(started.port, 'all')).toEqual([]);
    const users = await outside(async (source) => {
      await source.query('CREATE EXTENSION amcheck');
      await source.query(
        "SELECT bt_index_check(oid, true) FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace",
      );
      return source.query<{ username: string }[]>('SELECT username FROM users');
    });
    const { accounts, tally } = crowd;
    expect(users.map(({ username }) => username).sort()).toEqual(
      accounts.map(({ username }) => username).sort(),
    );
    const { confirmed, unanswered } = tally;
    tellFigures('PostgreSQL crashed', { crashes: 3 * CRASHES, confirmed, unanswered, users: users.length });
  }, 600_000);

  it('fails this check if it loses commits', async () => {
    await start(FORGETFUL);
    let losses: unknown[] = [];
    // Its memory may have been written just before a crash, so one crash proves nothing.
    for (let i = 0; i < 4 && losses.length === 0; i += 1) {
      const crowd = new Crowd(12);
      await crashUnderLoad(crowd, crashes['all of it is killed']);
      losses = await crowd.losses(started.port);
    }
    expect(losses).not.toEqual([]);
  }, 120_000);
});
