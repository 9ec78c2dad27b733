import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { Database } from '../../src/database/database';
import { RequestDeadline } from '../../src/database/request-deadline';
import { Message } from '../../src/app/messages/message.entity';
import { TestApp } from '../support/app';
import { postgresDatabase, type TestDatabase } from '../support/database';
import {
  burst,
  expectAway,
  expectBack,
  expectNotReady,
  inTime,
  logIn,
  reads,
  writes,
} from '../support/outage';
import { PostgresServer } from '../support/postgres-server.cjs';
import { SlowLink } from '../support/slow-link';

/** More than the application has connections. */
const MANY = 20;
/** Idle connections are not closed. */
const NO_IDLE_TIMEOUT = { idleTimeoutMillis: 0 };

/** Failures of a real server. */
describe('PostgreSQL', () => {
  let server: PostgresServer;
  let database: TestDatabase;
  let app: TestApp;
  let userId: number;
  let cookie: string;
  let remembered: string;

  beforeAll(async () => {
    server = await PostgresServer.start({ max_connections: 40 });
  });
  afterAll(() => {
    server.remove();
  });

  beforeEach(async () => {
    database = await postgresDatabase(server.url);
    app = await TestApp.start({ DATABASE_URL: database.url });
    userId = await app.signUp('ada');
    ({ sid: cookie, remember: remembered } = await logIn(app, 'ada'));
  });
  afterEach(async () => {
    server.thaw();
    await app.close();
    await database.dispose();
  });

  const all = () => [...reads(app, cookie), ...writes(app, cookie, userId)];
  const as = () => app.agent().set('Cookie', cookie);
  const name = () => new URL(database.url).pathname.slice(1);

  /** A client of the same database. */
  async function outside<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    try {
      return await work(source.createQueryRunner());
    } finally {
      await source.destroy();
    }
  }

  /** Statements of another client while one of its transactions holds a lock. */
  const whileLocked = (lock: string, work: () => Promise<void>) =>
    outside(async (runner) => {
      await runner.query('BEGIN');
      await runner.query(lock);
      await work();
      await runner.query('COMMIT');
    });

  it('is stopped: 503 in time, and recovery after the start', async () => {
    await server.stop();
    await Promise.all(all().map(expectAway));
    await expectAway(app.agent().set('Cookie', remembered).get('/users/welcome').set('Accept', 'text/html'));
    await expectNotReady(app);

    await server.start();
    await expectBack(app, cookie);
    await app.agent().set('Cookie', remembered).get('/users/welcome').expect(200);
  });

  it('is frozen: 503 in time on old and new connections, also for many requests, and recovery after the thaw', async () => {
    const grace = await app.user('grace');
    await server.freeze();
    for (let round = 0; round < 3; round++) {
      await Promise.all([...all().map(expectAway), expectNotReady(app)]);
    }
    await Promise.all(Array.from({ length: MANY }, () => expectAway(as().get('/api/v1/auth/me'))));

    server.thaw();
    await expectBack(app, cookie);
    // No late response is taken for that of another request.
    await Promise.all(
      Array.from({ length: MANY }, async () => {
        const [ada, other] = await Promise.all([
          as().get('/api/v1/auth/me'),
          grace.agent.get('/api/v1/auth/me'),
        ]);
        expect([ada.body, other.body]).toMatchObject([{ username: 'ada' }, { username: 'grace' }]);
      }),
    );
  });

  it('is slow: 503 in time, and recovery when it is fast again', async () => {
    const link = await SlowLink.to(database.url);
    const far = await app.another({ DATABASE_URL: link.through(database.url) });
    const at = (path: string) => far.agent().set('Cookie', cookie).get(path);
    far.clock.advance(2 * 60_000); // a touch is due: one more statement
    link.lateness = 600;
    await Promise.all([
      expectAway(at('/users/welcome')),
      expectAway(at('/api/v1/auth/me')),
      ...writes(far, cookie, userId).map(inTime),
    ]);
    link.lateness = 0;
    await expectBack(far, cookie);
    await far.close();
    await link.close();
  });

  it('blocks all connections: requests waiting for one get 503 in time as well', async () => {
    await whileLocked('LOCK TABLE messages IN ACCESS EXCLUSIVE MODE', async () => {
      const early = Array.from({ length: MANY }, () => expectAway(app.agent().get('/api/v1/messages')));
      await delay(800); // these get a connection when the first have given up
      const late = Array.from({ length: MANY }, () => expectAway(app.agent().get('/api/v1/messages')));
      await Promise.all([...early, ...late]);
    });
    await expectBack(app, cookie);
  });

  it('has a session locked: its writes get 503 in time, and reads work', async () => {
    app.clock.advance(2 * 60_000); // a touch is due, which waits for the lock before the write does
    await whileLocked('SELECT * FROM sessions FOR UPDATE', async () => {
      await Promise.all(Array.from({ length: 5 }, () => expectAway(as().post('/lab/counter'))));
      expect(await inTime(as().get('/users/welcome'))).toMatchObject({ status: 200 });
    });
    await expectBack(app, cookie);
  });

  it('breaks off in a transaction: it is rolled back, and no later statement runs inside it', async () => {
    const store = app.app.get(Database, { strict: false });
    const message = (content: string) => ({ userId, content, createdAt: 1, updatedAt: 1 });
    const givenUp = Array.from({ length: 10 }, () =>
      new RequestDeadline().run(() =>
        store.transaction(async (manager) => {
          await manager.insert(Message, message('lost'));
          for (let i = 0; i < 3; i++) await manager.query('SELECT pg_sleep(0.6)');
        }),
      ),
    );
    const results = await Promise.allSettled(givenUp);
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    await Promise.all(
      Array.from({ length: 10 }, () => store.write((manager) => manager.insert(Message, message('kept')))),
    );
    const rows = await outside((runner) => runner.query('SELECT DISTINCT content FROM messages'));
    expect(rows).toEqual([{ content: 'kept' }]);
  });

  it('is read-only: guests can read, writes and sessions get 503, and recovery when it accepts writes', async () => {
    await outside(async (runner) => {
      await runner.query(`ALTER DATABASE ${name()} SET default_transaction_read_only = on`);
      await endConnections(runner);
    });
    await Promise.all(writes(app, cookie, userId).map(expectAway));
    const [page, me, ...ofGuests] = reads(app, cookie);
    // Another server may have taken over, where these sessions have ended.
    for (const read of [page, me]) await expectAway(read);
    for (const read of ofGuests) expect(await inTime(read)).toMatchObject({ status: 200 });
    await expectNotReady(app);

    await outside(async (runner) => {
      await runner.query('SET default_transaction_read_only = off');
      await runner.query(`ALTER DATABASE ${name()} RESET default_transaction_read_only`);
    });
    await expectBack(app, cookie);
  });

  it('refuses the touch of a session: its pages are shown anyway', async () => {
    const holder = await new DataSource({ type: 'postgres', url: app.environment.DATABASE_URL }).initialize();
    const runner = holder.createQueryRunner();
    await runner.query('BEGIN');
    await runner.query('SELECT id_hash FROM sessions FOR UPDATE');
    app.clock.advance(2 * 60_000);
    for (const read of reads(app, cookie)) expect(await inTime(read)).toMatchObject({ status: 200 });
    await runner.query('COMMIT');
    await runner.release();
    await holder.destroy();
  });

  it('accepts no more connections: 503 in time, until it does', async () => {
    const others: DataSource[] = [];
    await outside(async (runner) => {
      // The application reconnects at once to listen: it may win a connection.
      let changed: number;
      do {
        const ended = await endConnections(runner);
        const opened = await openAll();
        others.push(...opened);
        changed = ended + opened.length;
      } while (changed > 0);
      await Promise.all(all().map(expectAway));
      await expectNotReady(app);
    });
    await Promise.all(others.map((other) => other.destroy()));
    await expectBack(app, cookie);
  });

  it('is restarted under load: no error except 503, and no user is logged out', async () => {
    await Promise.all(Array.from({ length: 10 }, () => as().get('/api/v1/auth/me'))); // connections that will die
    const statuses: number[] = [];
    let isOver = false;
    const visitors = Array.from({ length: 3 }, async () => {
      while (!isOver) statuses.push((await inTime(as().get('/api/v1/auth/me'))).status);
    });
    await delay(100);
    await server.stop();
    await delay(200);
    await server.start();
    await expectBack(app, cookie);
    isOver = true;
    await Promise.all(visitors);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
  });

  it('closed idle connections: at most one request fails', async () => {
    await Promise.all(Array.from({ length: 10 }, () => as().get('/api/v1/auth/me')));
    await server.stop();
    await server.start();
    const statuses: number[] = [];
    for (let i = 0; i < 10; i++) statuses.push((await as().get('/api/v1/auth/me')).status);
    expect(statuses.filter((status) => status !== 200).length).toBeLessThanOrEqual(1);
    expect(statuses.every((status) => [200, 503].includes(status))).toBe(true);
  });

  it('is busy: a burst of requests is served completely', async () => {
    const request = { method: 'POST', path: `/api/v1/users/${userId}/messages`, json: { content: 'Hello' } };
    expect(await burst(app, { ...request, cookie, headers: { Origin: app.baseUrl } }, 300)).toEqual(
      new Set([201]),
    );
  });

  /** Takes every connection that the server has left. */
  async function openAll(): Promise<DataSource[]> {
    const opened: DataSource[] = [];
    for (;;) {
      const source = new DataSource({
        type: 'postgres',
        url: server.url,
        poolSize: 1,
        extra: NO_IDLE_TIMEOUT,
      });
      const isOpen = await source.initialize().then(
        () => true,
        () => false,
      );
      if (!isOpen) return opened;
      opened.push(source);
    }
  }

  /** @returns how many there were. */
  async function endConnections(runner: QueryRunner): Promise<number> {
    const ended: unknown[] = await runner.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [name()],
    );
    return ended.length;
  }
});
