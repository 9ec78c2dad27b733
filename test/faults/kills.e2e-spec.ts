import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { freePort } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/database';
import { tellFigures } from '../support/figures';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';
import { IS_LONG } from '../support/rounds';
import { Crowd } from './crowd';
import { Mails } from './mails';
import { STEPS } from './tally';

const KILLS = Number(process.env.KILLS ?? (IS_LONG ? 100 : 8));
/** Confirmed steps between a start and a kill, at most; the kill falls a moment after one of them. */
const MOST_STEPS = 60;
const MOMENT_MS = 15;

describe('An application that is killed while many users change their accounts', () => {
  let built: Build;
  let database: TestDatabase;
  let dataDir: string;
  let outside: DataSource;
  let started: Started;
  let settings: Record<string, string>;

  beforeAll(async () => {
    built = await build();
    database = await testDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-kills-'));
    const { url } = database;
    const isSqlite = url.startsWith('sqlite:');
    outside = new DataSource(
      isSqlite ? { type: 'sqlite', database: url.slice('sqlite:'.length) } : { type: 'postgres', url },
    );
    // All that come are from one address.
    const port = String(await freePort());
    settings = { DATA_DIR: dataDir, DATABASE_URL: url, PORT: port, THROTTLE: 'off' };
  }, 120_000);
  afterAll(async () => {
    await started.stop();
    if (outside.isInitialized) await outside.destroy();
    await database.dispose();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    started = await Started.run(built, settings);
    await started.listening();
  }

  it(
    `loses no confirmed change and leaves none half done, after ${KILLS} kills`,
    async () => {
      const crowd = new Crowd(12, new Mails(dataDir, outside));
      await start();
      await outside.initialize();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const using = crowd.use(started.port);
        await crowd.tally.more(Math.floor(Math.random() * MOST_STEPS));
        await delay(Math.random() * MOMENT_MS);
        await started.stop();
        await using;
        await start();
        expect(await crowd.losses(started.port)).toEqual([]);
        expect(await damages(outside)).toEqual([]);
      }
      expect(await crowd.losses(started.port, 'all')).toEqual([]);
      const { accounts, tally } = crowd;
      const { confirmed, unanswered } = tally;
      const [{ n }] = await outside.query<{ n: number | string }[]>('SELECT count(*) AS n FROM users');
      expect(Number(n)).toBe(accounts.length);

      tellFigures(`Killed on ${outside.options.type}`, { kills: KILLS, confirmed, unanswered, users: n });
      for (const step of STEPS) expect(confirmed[step]).toBeGreaterThan(0);
    },
    60_000 + KILLS * 5_000,
  );
});

/** What a crash could leave behind in the database itself. */
async function damages(database: DataSource): Promise<unknown[]> {
  const strays = await database.query<unknown[]>(
    'SELECT public_id FROM sessions WHERE user_id IS NOT NULL AND user_id NOT IN (SELECT id FROM users)',
  );
  if (database.options.type !== 'sqlite') return strays;
  const integrity = await database.query<{ integrity_check: string }[]>('PRAGMA integrity_check');
  const references = await database.query<unknown[]>('PRAGMA foreign_key_check');
  return [...strays, ...integrity.filter((row) => row.integrity_check !== 'ok'), ...references];
}
