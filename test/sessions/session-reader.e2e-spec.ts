import { DataSource } from 'typeorm';
import { DatabaseUnavailable } from '../../src/database/database-unavailable';
import { RequestDeadline } from '../../src/database/request-deadline';
import { SessionReader } from '../../src/sessions/engines/session-reader';
import { SessionEntity } from '../../src/sessions/engines/session.entity';
import { User } from '../../src/users/user.entity';
import { TestApp } from '../support/app';
import { statements } from '../support/probes';

const nothing = () => undefined;

describe('The session reader', () => {
  let app: TestApp;
  let sessions: SessionEntity[];
  let idHashes: string[];

  beforeAll(async () => {
    app = await TestApp.start();
    for (const name of ['ada', 'grace']) {
      await app.signUp(name);
      await app.loggedIn(name);
    }
    await app.agent().post('/lab/counter').type('form').send({}).expect(303); // a guest's session
    sessions = await app.dataSource.getRepository(SessionEntity).find({ order: { createdAt: 'ASC' } });
    idHashes = sessions.map(({ idHash }) => idHash);
  });
  afterAll(() => app.close());

  const newReader = (source = app.dataSource) => new SessionReader(source.getRepository(SessionEntity));

  it('reads each session and its user as TypeORM does, without the password hash', async () => {
    expect(sessions).toHaveLength(3);
    for (const session of sessions) {
      const found = await newReader().read(session.idHash);
      const user = await app.dataSource.getRepository(User).findOneBy({ id: session.userId ?? 0 });
      if (user) Reflect.deleteProperty(user, 'passwordHash');
      expect(found).toStrictEqual({ session, account: user });
    }
  });

  it('reads concurrently requested sessions in one statement', async () => {
    const reader = newReader();
    const seen = statements(app);
    const [ada, grace, none, adaAgain] = await Promise.all(
      [idHashes[0], idHashes[1], 'unknown', idHashes[0]].map((idHash) => reader.read(idHash)),
    );
    expect([ada, grace, adaAgain].map((found) => found?.session.idHash)).toEqual([
      idHashes[0],
      idHashes[1],
      idHashes[0],
    ]);
    expect(none).toBeNull();
    expect(seen).toHaveLength(1);
  });

  it('sees all earlier writes, also while another read is in flight', async () => {
    const reader = newReader();
    for (const username of ['Ada', 'ADA', 'ada']) {
      const earlier = reader.read(idHashes[0]);
      await app.dataSource.getRepository(User).update({ usernameCanonical: 'ada' }, { username });
      expect((await reader.read(idHashes[0]))?.account).toMatchObject({ username });
      await earlier;
    }
  });

  it('splits many reads into several statements', async () => {
    const reader = newReader();
    const seen = statements(app);
    const asked = [...idHashes, ...Array.from({ length: 247 }, (_, index) => `unknown ${index}`)];
    const found = await Promise.all(asked.map((idHash) => reader.read(idHash)));
    expect(found.filter(Boolean)).toHaveLength(3);
    expect(seen).toHaveLength(3);
  });

  it('fails on PostgreSQL only for a request whose deadline has passed', async () => {
    const reader = newReader();
    const late = new RequestDeadline();
    await late.waitFor(() => new Promise(nothing), nothing).catch(nothing);
    const [last, read] = await Promise.allSettled([
      late.run(() => reader.read(idHashes[0])),
      new RequestDeadline().run(() => reader.read(idHashes[1])),
    ]);
    const isSqlite = app.dataSource.options.type === 'sqlite'; // whose reads never wait
    expect(last).toMatchObject(
      isSqlite
        ? { value: { session: { idHash: idHashes[0] } } }
        : { reason: expect.any(DatabaseUnavailable) as unknown },
    );
    expect(read).toMatchObject({ value: { session: { idHash: idHashes[1] } } });
  });

  it('fails for all reads that share a statement, and not for later ones', async () => {
    const source = await new DataSource(app.dataSource.options).initialize();
    const reader = newReader(source);
    await source.query('ALTER TABLE sessions RENAME TO elsewhere');
    const failed = await Promise.allSettled(idHashes.map((idHash) => reader.read(idHash)));
    await source.query('ALTER TABLE elsewhere RENAME TO sessions');
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect((await reader.read(idHashes[0]))?.session.idHash).toBe(idHashes[0]);
    await source.destroy();
  });
});
