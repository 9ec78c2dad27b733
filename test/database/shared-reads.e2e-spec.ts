import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { DatabaseAway } from '../../src/database/database-away';
import { Patience } from '../../src/database/patience';
import { SharedReads } from '../../src/database/shared-reads';
import { SessionEntity } from '../../src/sessions/engines/session.entity';
import { User } from '../../src/users/user.entity';
import { TestApp } from '../support/app';
import { statements } from '../support/probes';

const nothing = () => undefined;

describe('Reads that requests share', () => {
  let app: TestApp;
  let ids: number[];

  beforeAll(async () => {
    app = await TestApp.start();
    for (const name of ['ada', 'grace', 'mary']) await app.signUp(name);
    await app.loggedIn('ada');
    ids = (await app.dataSource.getRepository(User).find({ order: { id: 'ASC' } })).map(({ id }) => id);
  });
  afterAll(() => app.close());

  const readsOf = <Row extends ObjectLiteral>(entity: EntityTarget<Row>) =>
    new SharedReads<unknown, Row>(app.dataSource.getRepository(entity));

  it.each<[string, EntityTarget<ObjectLiteral>]>([
    ['users', User],
    ['sessions', SessionEntity],
  ])('bring %s as TypeORM does', async (_, entity) => {
    const rows = await app.dataSource.getRepository(entity).find();
    expect(rows.length).toBeGreaterThan(0);
    const [{ propertyName }] = app.dataSource.getMetadata(entity).primaryColumns;
    for (const row of rows) {
      const read = await readsOf(entity).read(row[propertyName]);
      expect(read).toStrictEqual(row);
    }
  });

  it('are one statement for all that is asked for at once, and nothing for what is not there', async () => {
    const reads = readsOf(User);
    const seen = statements(app);
    const [ada, grace, nobody, adaAgain] = await Promise.all(
      [ids[0], ids[1], 4_711, ids[0]].map((id) => reads.read(id)),
    );
    expect([ada?.username, grace?.username, nobody, adaAgain?.username]).toEqual([
      'ada',
      'grace',
      null,
      'ada',
    ]);
    expect(seen).toHaveLength(1);
  });

  it('see what was written before they were asked for, also while others are under way', async () => {
    const reads = readsOf(User);
    for (const username of ['Ada', 'ADA', 'ada']) {
      const earlier = reads.read(ids[0]);
      await app.dataSource.getRepository(User).update({ id: ids[0] }, { username });
      expect(await reads.read(ids[0])).toMatchObject({ username });
      await earlier;
    }
  });

  it('come in parts where there are many', async () => {
    const reads = readsOf(User);
    const seen = statements(app);
    const found = await Promise.all(Array.from({ length: 250 }, (_, index) => reads.read(ids[0] + index)));
    expect(found.filter(Boolean)).toHaveLength(3);
    expect(seen).toHaveLength(3);
  });

  it('end on PostgreSQL for whose patience is over, and for nobody else', async () => {
    const reads = readsOf(User);
    const impatient = new Patience();
    await impatient.waitFor(() => new Promise(nothing), nothing).catch(nothing);
    const [last, read] = await Promise.allSettled([
      impatient.shared(() => reads.read(ids[0])),
      new Patience().shared(() => reads.read(ids[1])),
    ]);
    const isSqlite = app.dataSource.options.type === 'sqlite'; // where reading waits for nobody
    expect(last).toMatchObject(
      isSqlite ? { value: { username: 'ada' } } : { reason: expect.any(DatabaseAway) as unknown },
    );
    expect(read).toMatchObject({ value: { username: 'grace' } });
  });

  it.each([undefined, null])('find nothing under %s', async (key) => {
    await expect(readsOf(User).read(key)).rejects.toThrow(TypeError);
  });

  it('fail for all who asked, and not for those who ask later', async () => {
    const source = await new DataSource(app.dataSource.options).initialize();
    const reads = new SharedReads<number, User>(source.getRepository(User));
    await source.query('ALTER TABLE users RENAME TO elsewhere');
    const failed = await Promise.allSettled([reads.read(ids[0]), reads.read(ids[1])]);
    await source.query('ALTER TABLE elsewhere RENAME TO users');
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await reads.read(ids[0])).toMatchObject({ username: 'ada' });
    await source.destroy();
  });
});
