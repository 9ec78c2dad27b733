import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PASSWORD, TestApp } from '../support/app';
import { expectAway, expectBack, expectNotReady, inTime, logIn, reads, writes } from '../support/outage';
import { submit } from '../support/page';
import { SmallDisk } from '../support/small-disk';
import { Strace } from '../support/strace';
import { Crowd } from './crowd';

/** Starts a fault. @returns a function that ends it. */
type Fault = (disk: SmallDisk) => Promise<() => Promise<void>>;

/** The system calls of this process, in which the application runs, fail. */
const failing =
  (calls: string, error: string): Fault =>
  async () => {
    const strace = await Strace.of(
      process.pid,
      ...['-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`],
    );
    return () => strace.stop();
  };

const FULL: Fault = async (disk) => {
  await disk.fill();
  return () => disk.empty();
};

const FAULTS: Record<string, Fault> = {
  'is full': FULL,
  'loses what it is to keep (EIO of fsync)': failing('fsync,fdatasync', 'EIO'),
  'takes nothing (EIO of write)': failing('pwrite64', 'EIO'),
  'has become read-only (EROFS of write)': failing('pwrite64', 'EROFS'),
};

describe('A disk under SQLite', () => {
  let disk: SmallDisk;
  let app: TestApp;
  let heal: () => Promise<void>;
  const database = () => join(disk.folder, 'latchkey.sqlite');

  beforeEach(async () => {
    disk = await SmallDisk.mount(8);
    app = await TestApp.startForBrowser({ DATA_DIR: disk.folder, DATABASE_URL: `sqlite:${database()}` });
    heal = async () => undefined;
  });
  afterEach(async () => {
    await heal();
    await app.close();
    await disk.unmount();
  });

  async function isSound(): Promise<void> {
    const outside = await new DataSource({ type: 'sqlite', database: database() }).initialize();
    expect(await outside.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    await outside.destroy();
  }

  it.each(Object.entries(FAULTS))(
    'that %s: writes get an error, reads work, and everything recovers afterwards',
    async (_, begin) => {
      const userId = await app.signUp('ada');
      const { sid: cookie } = await logIn(app, 'ada');
      heal = await begin(disk);
      for (let round = 0; round < 3; round += 1) {
        await Promise.all(writes(app, cookie, userId).map(expectAway));
        for (const read of reads(app, cookie)) expect(await inTime(read)).toMatchObject({ status: 200 });
      }
      const login = { username: 'ada', password: PASSWORD };
      await expectAway(submit(app.agent().set('Accept', 'text/html'), '/users/login', login));

      await heal();
      await expectBack(app, cookie);
      for (const write of writes(app, cookie, userId)) expect((await write).status).toBeLessThan(400);
      await isSound();
    },
    60_000,
  );

  it.each(Object.entries(FAULTS))(
    'that %s while many users change their accounts keeps all confirmed changes, also over a restart',
    async (_, begin) => {
      const crowd = new Crowd(8);
      const using = crowd.use(app.port);
      await crowd.tally.more(40);
      heal = await begin(disk);
      await using;
      await heal();
      expect(await crowd.losses(app.port)).toEqual([]);
      app = await app.restart();
      expect(await crowd.losses(app.port, 'all')).toEqual([]);
      await isSound();
    },
    60_000,
  );

  it('that is full does not block a page whose touch cannot be written; the session still ends in time, and one line is logged', async () => {
    await app.signUp('ada');
    const { sid: cookie } = await logIn(app, 'ada');
    const warnings = jest.spyOn(Logger.prototype, 'warn');
    heal = await FULL(disk);
    for (const minutes of [2, 12, 14]) {
      app.clock.advance(minutes * 60_000);
      for (const read of reads(app, cookie)) expect(await inTime(read)).toMatchObject({ status: 200 });
    }
    expect(warnings.mock.calls.filter(([text]) => /last use/.test(String(text)))).toHaveLength(1);
    // 28 of 30 minutes have passed since the last stored touch: a lost touch does not extend the session.
    app.clock.advance(3 * 60_000);
    await app.agent().set('Cookie', cookie).get('/api/v1/auth/me').expect(401);
    await heal();
    await app.agent().set('Cookie', cookie).get('/api/v1/auth/me').expect(401);
    warnings.mockRestore();
  }, 60_000);

  it('that is full makes it not ready, until there is room', async () => {
    heal = await FULL(disk);
    await expectNotReady(app);
    await heal();
    await app.agent().get('/health/ready').expect(200);
  });
});
