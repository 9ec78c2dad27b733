import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { Database, WRITER } from '../../src/database/database';
import { RequestDeadline } from '../../src/database/request-deadline';
import { Message } from '../../src/app/messages/message.entity';
import { TestApp } from '../support/app';
import { written } from '../support/audit';
import { sqliteDatabase, type TestDatabase } from '../support/database';

/** Always on SQLite, whatever database the other suites use. */
describe('On SQLite, writers that wait commit together:', () => {
  let file: TestDatabase;
  let app: TestApp;
  let outside: DataSource;
  let userId: number;
  let statements: string[];

  beforeEach(async () => {
    file = await sqliteDatabase();
    app = await TestApp.start({ DATABASE_URL: file.url });
    outside = await new DataSource({ type: 'sqlite', database: file.url.slice(7) }).initialize();
    userId = await app.signUp('ada');
    await written(app);
    statements = [];
    jest.spyOn(writer().logger, 'logQuery').mockImplementation((sql) => void statements.push(sql));
  });
  afterEach(async () => {
    await outside.destroy();
    await app.close();
    await file.dispose();
  });

  const writer = () => app.app.get<DataSource>(WRITER, { strict: false });
  const database = () => app.app.get(Database, { strict: false });
  const row = (content: string) => ({ userId, content, createdAt: 1, updatedAt: 1 });
  const insert = (content: string) => database().write((manager) => manager.insert(Message, row(content)));
  const pair = (name: string, meanwhile: () => unknown = () => undefined) =>
    database().transaction(async (manager) => {
      await manager.insert(Message, row(`${name} 1`));
      await meanwhile();
      await manager.insert(Message, row(`${name} 2`));
    });
  const fail = (message: string) => () => {
    throw new Error(message);
  };
  /** The view of another process: the committed data. */
  const contents = async () => {
    const rows = await outside.query<{ content: string }[]>('SELECT content FROM messages ORDER BY id');
    return rows.map(({ content }) => content);
  };
  const commits = () => statements.filter((sql) => sql === 'COMMIT').length;
  /** So that all of these stand in the queue when the next transaction begins. */
  const together = async (...writing: (() => Promise<unknown>)[]) => {
    const ahead = database().write(() => delay(20));
    await delay(1);
    const all = await Promise.allSettled(writing.map((write) => write()));
    await ahead;
    return all;
  };

  it('one commit for all that stand in the queue', async () => {
    const all = await together(
      () => insert('one'),
      () => pair('a'),
      () => pair('b'),
      () => insert('two'),
    );
    expect(all.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await contents()).toEqual(['one', 'a 1', 'a 2', 'b 1', 'b 2', 'two']);
    expect(commits()).toBe(1);
  });

  it('a writer alone needs no savepoint, and a statement alone no transaction', async () => {
    await pair('alone');
    await insert('single');
    const frames = statements.filter((sql) => !sql.startsWith('INSERT'));
    expect(frames).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
  });

  it('nobody is answered, and no task of afterCommit runs, before the commit', async () => {
    const stored: string[][] = [];
    const told = (name: string) => async () => {
      await database().transaction(async (manager) => {
        await manager.insert(Message, row(name));
        database().afterCommit(manager, () => statements.push(`told ${name}`));
      });
      stored.push(await contents());
    };
    await together(told('one'), told('two'), () => insert('three'));
    expect(statements.slice(-3)).toEqual(['COMMIT', 'told one', 'told two']);
    expect(stored).toEqual([['one', 'two', 'three'], ['one', 'two', 'three']]); // prettier-ignore
  });

  it('one that fails is rolled back alone', async () => {
    const [before, failing, statement, after] = await together(
      () => pair('before'),
      () => pair('failing', fail('changed my mind')),
      () => database().write((manager) => manager.query('INSERT INTO messages (id) VALUES (NULL)')),
      () => pair('after'),
    );
    expect(failing).toMatchObject({ reason: { message: 'changed my mind' } });
    expect(statement).toMatchObject({ reason: { message: expect.stringContaining('NOT NULL') as string } });
    expect([before.status, after.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(await contents()).toEqual(['before 1', 'before 2', 'after 1', 'after 2']);
    expect(commits()).toBe(1);
  });

  it('if the first fails, the others begin again', async () => {
    const [failing] = await together(
      () => pair('first', fail('no')),
      () => pair('second'),
      () => insert('third'),
    );
    expect(failing.status).toBe('rejected');
    expect(await contents()).toEqual(['second 1', 'second 2', 'third']);
  });

  it('a nested transaction that fails is rolled back alone', async () => {
    const nested = () =>
      database().transaction(async (manager) => {
        await manager.insert(Message, row('kept'));
        const inner = manager.transaction(async (deeper) => {
          await deeper.insert(Message, row('undone'));
          throw new Error('inner');
        });
        await expect(inner).rejects.toThrow('inner');
        expect(manager.queryRunner?.isTransactionActive).toBe(true);
      });
    await together(
      () => insert('one'),
      nested,
      nested,
      () => pair('last'),
    );
    expect(await contents()).toEqual(['one', 'kept', 'kept', 'last 1', 'last 2']);
    expect(writer().createQueryRunner()).toMatchObject({ isTransactionActive: false, transactionDepth: 0 });
  });

  it('a commit that fails fails all of them, and later ones are stored', async () => {
    await writer().query(
      'CREATE TABLE late (user_id integer REFERENCES users DEFERRABLE INITIALLY DEFERRED)',
    );
    const all = await together(
      () => pair('lost'),
      () => database().write((manager) => manager.query('INSERT INTO late VALUES (4711)')),
      () => insert('lost too'),
    );
    for (const one of all)
      expect(one).toMatchObject({ reason: { message: expect.stringContaining('FOREIGN KEY') as string } });
    await pair('later');
    expect(await contents()).toEqual(['later 1', 'later 2']);
  });

  it.each(['transaction', 'statement'])(
    'if SQLite ends the transaction in a %s, as on a full disk, those before it fail, and those after it are stored',
    async (kind) => {
      const ending = async (manager: { query: (sql: string) => Promise<unknown> }) => {
        await manager.query('ROLLBACK');
        throw new Error('disk full');
      };
      const [before, failing, after] = await together(
        () => pair('lost'),
        () => (kind === 'statement' ? database().write(ending) : database().transaction(ending)),
        () => pair('after'),
      );
      expect(before).toMatchObject({
        reason: { message: expect.stringMatching(/^Rolled back: another/) as string },
      });
      expect(failing).toMatchObject({ reason: { message: 'disk full' } });
      expect(after.status).toBe('fulfilled');
      expect(await contents()).toEqual(['after 1', 'after 2']);
    },
  );

  it('one that comes later waits for the next commit, and for no third', async () => {
    let late: Promise<unknown> | undefined;
    await together(
      () => pair('early', () => void (late = pair('late').then(() => statements.push('late is answered')))),
      () => pair('beside', () => delay(10)),
    );
    expect(await contents()).toEqual(['early 1', 'early 2', 'beside 1', 'beside 2']);
    await late;
    expect(commits()).toBe(2);
    expect(statements.slice(-2)).toEqual(['COMMIT', 'late is answered']);
  });

  it('those behind a slow one wait for another commit, so that those before it are answered', async () => {
    const answered: string[] = [];
    const noting = (name: string, meanwhile?: () => unknown) => async () => {
      await pair(name, meanwhile);
      answered.push(`${name}, commit ${commits()}`);
    };
    await together(noting('before'), noting('slow', () => delay(300)), noting('behind')); // prettier-ignore
    expect(answered).toEqual(['before, commit 1', 'slow, commit 1', 'behind, commit 2']);
  });

  it('one whose deadline passes in the queue is never stored, and the others are', async () => {
    const ahead = pair('ahead', () => delay(1_600));
    const late = new RequestDeadline().run(() => insert('too late'));
    await delay(900);
    const patient = new RequestDeadline().run(() => pair('patient'));
    await expect(late).rejects.toThrow('in time');
    await Promise.all([ahead, patient]);
    expect(await contents()).toEqual(['ahead 1', 'ahead 2', 'patient 1', 'patient 2']);
  });

  it('several rows that one statement saves are stored together or not at all', async () => {
    const save = () =>
      database().write((manager) =>
        manager.save(Message, [row('not alone'), { ...row('refused'), userId: 4711 }]),
      );
    await expect(save()).rejects.toThrow('FOREIGN KEY');
    const [, inGroup] = await together(() => insert('one'), save);
    expect(inGroup).toMatchObject({ reason: { message: expect.stringContaining('FOREIGN KEY') as string } });
    expect(await contents()).toEqual(['one']);
  });

  it('if the first goes on after SQLite has ended the transaction, it fails, and the others are stored', async () => {
    const swallowing = () =>
      database().transaction(async (manager) => {
        await manager.query('ROLLBACK'); // as on a full disk, where the error of the statement is swallowed
      });
    const [failing, ...others] = await together(
      swallowing,
      () => pair('two'),
      () => insert('three'),
    );
    expect(failing.status).toBe('rejected');
    for (const other of others) expect(other.status).toBe('fulfilled');
    expect(await contents()).toEqual(['two 1', 'two 2', 'three']);
  });

  it('TypeORM’s save works in a statement', async () => {
    const save = () => database().write((manager) => manager.save(Message, row('saved')));
    await save();
    await together(() => pair('one'), save, save);
    expect(await contents()).toEqual(['saved', 'one 1', 'one 2', 'saved', 'saved']);
  });
});
