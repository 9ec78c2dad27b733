import bcrypt from 'bcrypt';
import { DataSource, type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { UsersService } from '../../src/users/users-service';
import { loadSettings } from '../../src/options/load-settings';
import { addressOf } from '../../src/database/database-address';
import { dataSourceOptions, type MigrationClass } from '../../src/database/data-source-options';
import { migrate } from '../../src/database/migrate';
import { PASSWORD, TestApp } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/database';
import { quietLogger } from '../support/probes';

/** The one that instances take turns by on PostgreSQL. */
const LOCK = 0x1a7c4;

/** Does two things, and fails at the third. */
class Broken1763900000000 implements MigrationInterface {
  name = 'Broken1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half_done (id integer)');
    await runner.query('ALTER TABLE users ADD COLUMN half_done integer');
    await runner.query('SELECT no_such_column FROM users');
  }

  async down(): Promise<void> {
    throw new Error('It never ran');
  }
}

/** Takes users away to whom messages refer. */
class Orphaning1763900000001 implements MigrationInterface {
  name = 'Orphaning1763900000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM users');
  }

  async down(): Promise<void> {
    throw new Error('It never ran');
  }
}

describe('Migrations', () => {
  let database: TestDatabase;
  const open: DataSource[] = [];

  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(async () => {
    for (const source of open.splice(0)) await source.destroy();
    await database.dispose();
  });

  async function sourceWith(...migrations: MigrationClass[]): Promise<DataSource> {
    const settings = loadSettings({ DATABASE_URL: database.url, SESSION_SECRET: 'only for this test' });
    const source = await new DataSource(dataSourceOptions(addressOf(settings), migrations)).initialize();
    source.logger = quietLogger; // else it prints every failure that these tests want to happen
    open.push(source);
    return source;
  }

  const schema = (source: DataSource): Promise<unknown> =>
    source.query(
      source.options.type === 'sqlite'
        ? 'SELECT type, name, sql FROM sqlite_master ORDER BY name'
        : "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
    );
  const applied = async (source: DataSource): Promise<string[]> => {
    const rows = await source.query<{ name: string }[]>('SELECT name FROM latchkey_migrations ORDER BY id');
    return rows.map(({ name }) => name);
  };

  it('leave nothing that the entities would still change', async () => {
    const app = await TestApp.start();
    for (const metadata of app.dataSource.entityMetadatas) metadata.synchronize = true; // so that they are compared
    const { upQueries } = await app.dataSource.driver.createSchemaBuilder().log();
    // A change of the entities that no migration makes, or of a migration that no entity knows.
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(app.dataSource.entityMetadatas.map(({ tableName }) => tableName).sort()).toEqual(
      expect.arrayContaining(['messages', 'sessions', 'users']),
    );
    await app.close();
  });

  it.each(['none', 'one'])(
    'never give the ID of a deleted user to another, though TypeORM recreates the table (%s remains)',
    async (remaining) => {
      const app = await TestApp.start();
      await app.signUp('ada');
      const { id } = await app.user('grace');
      const users = app.app.get(UsersService, { strict: false });
      for (const gone of remaining === 'none' ? [id - 1, id] : [id]) await users.remove(gone);
      class AddBadge1890000000000 implements MigrationInterface {
        name = 'AddBadge1890000000000';

        up = (runner: QueryRunner) =>
          runner.addColumn('users', new TableColumn({ name: 'badge', type: 'integer', isNullable: true }));
        down = (runner: QueryRunner) => runner.dropColumn('users', 'badge');
      }
      const settings = loadSettings({ ...app.environment, SESSION_SECRET: 'only for this test' });
      const source = await new DataSource(
        dataSourceOptions(addressOf(settings), [AddBadge1890000000000]),
      ).initialize();
      open.push(source);
      await migrate(source);
      expect(await app.signUp('linus')).toBe(id + 1);
      await app.close();
    },
  );

  it('run once when four instances start at once on an empty database', async () => {
    const first = { DATABASE_URL: database.url };
    const instances = await Promise.all(Array.from({ length: 4 }, () => TestApp.start(first)));
    const names = await applied(instances[0].dataSource);
    expect(names).toEqual([...new Set(names)]);
    expect(names.length).toBeGreaterThanOrEqual(3);

    await instances[0].signUp('ada');
    await (await instances[3].loggedIn('ada')).get('/api/v1/auth/me').expect(200);
    for (const instance of instances) await instance.close();
  });

  it('wait for one that takes longer than any query may', async () => {
    const busy = await sourceWith();
    const runner = busy.createQueryRunner();
    const isSqlite = busy.options.type === 'sqlite';
    await runner.query(isSqlite ? 'BEGIN IMMEDIATE' : 'BEGIN');
    await runner.query(isSqlite ? 'SELECT 1' : `SELECT pg_advisory_xact_lock(${LOCK})`);
    // A statement behind another's write gives up after one and a half seconds; a start must not.
    const released = new Promise((resolve) => setTimeout(resolve, 3_000)).then(() => runner.query('COMMIT'));

    const starting = TestApp.start({ DATABASE_URL: database.url });
    await released;
    const started = await starting;
    await started.signUp('patient');
    await runner.release();
    await started.close();
  });

  it('change nothing at all when one of them fails, and can run when it is mended', async () => {
    const before = await sourceWith();
    await migrate(before);
    const schemaBefore = await schema(before);
    const appliedBefore = await applied(before);

    const broken = await sourceWith(Broken1763900000000);
    await expect(migrate(broken)).rejects.toThrow('no_such_column');
    expect(await schema(before)).toEqual(schemaBefore);
    expect(await applied(before)).toEqual(appliedBefore);

    await migrate(await sourceWith());
    const app = await TestApp.start({ DATABASE_URL: database.url });
    await app.signUp('ada');
    await app.close();
  });

  it('leave an empty database empty when the first start fails', async () => {
    const broken = await sourceWith(Broken1763900000000);
    const schemaBefore = await schema(broken);
    await expect(migrate(broken)).rejects.toThrow('no_such_column');
    expect(await schema(broken)).toEqual(schemaBefore);
  });

  it.each([
    'AddSecurityVersion1763900000000',
    // Builds the table anew on SQLite.
    'WidenUsernames1764570000000',
  ])('give out no ID again that a user had before they ran: %s', async (newest) => {
    const old = await sourceWith();
    old.migrations.splice(0, old.migrations.length, ...old.migrations.filter(({ name }) => name !== newest));
    await migrate(old);
    expect(await applied(old)).not.toContain(newest);
    for (const name of ['ada', 'grace']) {
      await old.query(
        `INSERT INTO users (username, username_canonical, password_hash, created_at, updated_at) VALUES ('${name}', '${name}', 'x', 1, 1)`,
      );
    }
    await old.query("DELETE FROM users WHERE username = 'grace'");

    const app = await TestApp.start({ DATABASE_URL: database.url });
    expect(await app.signUp('alan')).toBe(3);
    await app.close();
  });

  it('keep the names that users had before look-alikes were compared, and compare them from then on', async () => {
    const old = await sourceWith();
    const isOlder = ({ name = '' }: MigrationInterface) => !/(Skeletons|FreedUsernames)\d+$/.test(name);
    old.migrations.splice(0, old.migrations.length, ...old.migrations.filter(isOlder));
    await migrate(old);
    const hash = await bcrypt.hash(PASSWORD, 4);
    // With the canonical form that the version before gave them.
    const names = [
      ['Kın', 'kin'],
      ['Straße', 'strasse'],
      ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
      ['раураӏ', 'раураӏ'],
      ['paypal', 'paypal'],
    ];
    const many = Array.from({ length: 2_500 }, (_, index) => [`Many${index}`, `many${index}`]);
    for (const [username, canonical] of [...names, ...many]) {
      await old.query(
        `INSERT INTO users (username, username_canonical, password_hash, created_at, updated_at) VALUES ('${username}', '${canonical}', '${hash}', 1, 1)`,
      );
    }

    const app = await TestApp.start({ DATABASE_URL: database.url });
    for (const [username] of [...names, many[2_499]]) {
      const agent = await app.loggedIn(username);
      expect((await agent.get('/api/v1/auth/me')).body).toMatchObject({ username });
    }
    for (const username of ['mɑny7', 'MɑNY2499', 'pɑypal', 'paypa\u01c0']) {
      await app.agent().post('/api/v1/auth/signup').send({ username, password: PASSWORD }).expect(409);
    }
    await app.close();
  });

  it('lose no message by a reference that breaks', async () => {
    const app = await TestApp.start({ DATABASE_URL: database.url });
    const { id, agent } = await app.user('ada');
    await agent.post(`/api/v1/users/${id}/messages`).send({ content: 'Hello' }).expect(201);
    const orphaning = await sourceWith(Orphaning1763900000001);
    const result = migrate(orphaning);
    // SQLite checks no reference while it migrates, so that is done afterwards; PostgreSQL cascades as it always does.
    if (orphaning.options.type === 'sqlite') await expect(result).rejects.toThrow('references');
    else await result;
    const users = await app.dataSource.query<unknown[]>('SELECT * FROM users');
    const messages = await app.dataSource.query<unknown[]>('SELECT * FROM messages');
    expect(messages).toHaveLength(users.length);
    await app.close();
  });
});
