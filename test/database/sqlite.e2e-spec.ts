import { copyFile, rename } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { Database, WRITER } from '../../src/database/database';
import { Message } from '../../src/app/messages/message.entity';
import { TestApp } from '../support/app';
import { written } from '../support/audit';
import { sqliteDatabase, type TestDatabase } from '../support/database';
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

/** Additions to SQLite's own behaviour. Always on SQLite, whatever database the other suites use. */
describe('On SQLite,', () => {
  let file: TestDatabase;
  let app: TestApp;
  let outside: DataSource;
  let userId: number;

  const open = ({ url }: TestDatabase) =>
    new DataSource({ type: 'sqlite', database: url.slice('sqlite:'.length) }).initialize();

  beforeEach(async () => {
    file = await sqliteDatabase();
    app = await TestApp.start({ DATABASE_URL: file.url });
    outside = await open(file);
    userId = await app.signUp('ada');
  });
  afterEach(async () => {
    await outside.destroy();
    await app.close();
    await file.dispose();
  });

  const database = () => app.app.get(Database, { strict: false });
  const writer = () => app.app.get<DataSource>(WRITER, { strict: false });
  const row = (content: string) => ({ userId, content, createdAt: 1, updatedAt: 1 });
  const insert = (content: string) => database().write((manager) => manager.insert(Message, row(content)));
  /** The view of another process: the committed data. */
  const contents = async () => {
    const rows = await outside.query<{ content: string }[]>('SELECT content FROM messages ORDER BY id');
    return rows.map(({ content }) => content);
  };

  it('a start waits for another process that has the new file to itself', async () => {
    const fresh = await sqliteDatabase();
    const other = await open(fresh);
    await other.query('BEGIN EXCLUSIVE');
    const starting = TestApp.start({ DATABASE_URL: fresh.url });
    await delay(2_500); // more than any one try
    await other.query('COMMIT');
    const started = await starting;
    await started.signUp('patient');
    await started.close();
    await other.destroy();
    await fresh.dispose();
  });

  it('a rollback does not affect writes of other requests', async () => {
    const failing = database().transaction(async (manager) => {
      await manager.insert(Message, row('rolled back'));
      await delay(50);
      throw new Error('changed my mind');
    });
    const others = Promise.all([insert('one'), insert('two')]);
    await expect(failing).rejects.toThrow('changed my mind');
    await others;
    expect(await contents()).toEqual(['one', 'two']);
  });

  it('parallel transactions and writes are atomic', async () => {
    const pair = (name: string, fails: boolean) =>
      database().transaction(async (manager) => {
        await manager.insert(Message, row(`${name} 1`));
        await delay(1);
        if (fails) throw new Error('half way');
        await manager.insert(Message, row(`${name} 2`));
      });
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        index % 3 === 0 ? insert(`single ${index}`) : pair(`pair ${index}`, index % 3 === 1),
      ),
    );
    const stored = await contents();
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(20);
    expect(stored.filter((content) => content.startsWith('single'))).toHaveLength(20);
    expect(stored.filter((content) => content.startsWith('pair'))).toHaveLength(40);
    expect(new Set(stored).size).toBe(60);
  });

  it('reads work during an open transaction, and see nothing of it', async () => {
    const { agent } = await app.user('reader');
    await database().transaction(async (manager) => {
      await manager.insert(Message, row('not yet'));
      const answer = await agent.get('/api/v1/messages').expect(200);
      expect((answer.body as { items: unknown[] }).items).toEqual([]);
    });
    const after = await agent.get('/api/v1/messages').expect(200);
    expect((after.body as { items: unknown[] }).items).toHaveLength(1);
  });

  it('a transaction blocked by another process fails, and later ones are stored', async () => {
    await written(app);
    await outside.query('BEGIN IMMEDIATE');
    const blocked = database().transaction((manager) => manager.insert(Message, row('blocked')));
    await expect(blocked).rejects.toThrow('SQLITE_BUSY');
    await outside.query('ROLLBACK');

    await insert('plain');
    await database().transaction((manager) => manager.insert(Message, row('together')));
    await insert('plain again');
    expect(await contents()).toEqual(['plain', 'together', 'plain again']);
  });

  it('a transaction that SQLite rolled back fails, and later ones are stored', async () => {
    const ended = database().transaction(async (manager) => {
      await manager.insert(Message, row('lost'));
      await manager.query('ROLLBACK'); // as SQLite does when the disk is full
      throw new Error('disk full');
    });
    await expect(ended).rejects.toThrow('disk full');

    await insert('plain');
    await database().transaction((manager) => manager.insert(Message, row('together')));
    expect(await contents()).toEqual(['plain', 'together']);
  });

  it('WAL and foreign keys are on, and a commit is on the disk before the response', async () => {
    for (const source of [app.dataSource, writer()]) {
      expect(await source.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
      expect(await source.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    }
    const FULL = 2;
    expect(await writer().query('PRAGMA synchronous')).toEqual([{ synchronous: FULL }]);
  });

  it('the ID of a deleted row is never reused', async () => {
    const { id, agent } = await app.user('brief');
    await agent.delete(`/api/v1/users/${id}`).expect(204);
    expect(await app.signUp('next')).toBeGreaterThan(id);
    const again = await app.another();
    await again.app.get(Database, { strict: false }).write((manager) => manager.query('DELETE FROM users'));
    expect(await again.signUp('afterwards')).toBeGreaterThan(id + 1);
    await again.close();
  });

  it('a user’s messages are deleted with the user', async () => {
    const { id, agent } = await app.user('author');
    await agent.post(`/api/v1/users/${id}/messages`).send({ content: 'Hello' }).expect(201);
    await agent.delete(`/api/v1/users/${id}`).expect(204);
    expect(await contents()).toEqual([]);
  });

  describe('in trouble', () => {
    let cookie: string;
    beforeEach(async () => {
      ({ sid: cookie } = await logIn(app, 'ada'));
    });

    const message = () => ({
      method: 'POST',
      path: `/api/v1/users/${userId}/messages`,
      cookie,
      headers: { Origin: app.baseUrl },
      json: { content: 'Hello' },
    });

    async function expectReadable(): Promise<void> {
      for (const read of reads(app, cookie)) expect(await inTime(read)).toMatchObject({ status: 200 });
    }

    it.each(['BEGIN IMMEDIATE', 'BEGIN EXCLUSIVE'])(
      'while another process holds its lock (%s), many writes get 503 in time, and reads work',
      async (begin) => {
        app.clock.advance(2 * 60_000); // a touch is due, which waits for the lock before the write does
        await outside.query(begin);
        const early = Array.from({ length: 5 }, () => writes(app, cookie, userId).map(expectAway)).flat();
        await delay(700); // these come while the first still wait
        const late = Array.from({ length: 3 }, () => writes(app, cookie, userId).map(expectAway)).flat();
        await Promise.all([...early, ...late]);
        await expectNotReady(app);
        await expectReadable();
        await outside.query('ROLLBACK');
        await expectBack(app, cookie);
      },
    );

    it('a write that timed out is never stored', async () => {
      await outside.query('BEGIN IMMEDIATE');
      const writing = Array.from({ length: 20 }, (_, index) =>
        index % 2
          ? insert('too late')
          : database().transaction((manager) => manager.insert(Message, row('too late'))),
      );
      const results = await Promise.allSettled(writing);
      await outside.query('ROLLBACK');
      await insert('in time');
      expect(results.every(({ status }) => status === 'rejected')).toBe(true);
      expect(await contents()).toEqual(['in time']);
    });

    it('a lock that ends in time only delays writes', async () => {
      await outside.query('BEGIN IMMEDIATE');
      const writing = burst(app, message(), 20);
      await delay(400);
      await outside.query('ROLLBACK');
      expect(await writing).toEqual(new Set([201]));
    });

    it('a burst of writes is served completely', async () => {
      expect(await burst(app, message(), 300)).toEqual(new Set([201]));
      await Promise.all(Array.from({ length: 600 }, (_, index) => insert(`${index}`)));
      expect(await contents()).toHaveLength(900);
    });

    it('while the file is read-only, writes get an error, and reads work', async () => {
      // The error is that of a file system which has become read-only; no test may do that to one.
      await writer().query('PRAGMA query_only = ON');
      await Promise.all(writes(app, cookie, userId).map(expectAway));
      await expectNotReady(app);
      await expectReadable();
      await writer().query('PRAGMA query_only = OFF');
      await expectBack(app, cookie);
    });

    it('a deleted or replaced file makes it not ready, since writes would be lost', async () => {
      const path = file.url.slice('sqlite:'.length);
      await app.agent().get('/health/ready').expect(200);
      await rename(path, `${path}.away`);
      await expectNotReady(app);
      await copyFile(`${path}.away`, path);
      await expectNotReady(app);
      await rename(`${path}.away`, path);
      await expectBack(app, cookie);
    });
  });
});
