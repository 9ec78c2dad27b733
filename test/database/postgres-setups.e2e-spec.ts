import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { databaseChecks } from '../../src/cli/checks/database-checks';
import { loadSettings, SettingsError } from '../../src/options/load-settings';
import { PASSWORD, TestApp } from '../support/app';
import { build } from '../support/build';
import { postgresDatabase, type TestDatabase } from '../support/database';
import { PgBouncer } from '../support/pgbouncer';
import { PostgresServer } from '../support/postgres-server.cjs';
import { Started } from '../support/process';
import { CERTIFICATE, KEY } from '../support/self-signed';
import { findPostgres } from '../support/services.cjs';

const PAGE = '/users/welcome';

/** How operators set up PostgreSQL. */
describe('On PostgreSQL,', () => {
  let server: PostgresServer;
  let database: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-setups-'));
    server = await PostgresServer.start({ listen_addresses: '127.0.0.1,127.0.0.2' });
    await query(server.url, "CREATE ROLE app LOGIN PASSWORD 'unused'");
  });
  afterAll(async () => {
    server.remove();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    database = await postgresDatabase(server.url);
  });
  afterEach(() => database.dispose());

  async function query<T>(url: string, ...statements: string[]): Promise<T[]> {
    const source = await new DataSource({ type: 'postgres', url }).initialize();
    try {
      let rows: T[] = [];
      for (const sql of statements) rows = await source.query<T[]>(sql);
      return rows;
    } finally {
      await source.destroy();
    }
  }

  const name = () => new URL(database.url).pathname.slice(1);
  const changed = (url: string, change: (url: URL) => void) => {
    const copy = new URL(url);
    change(copy);
    return copy.href;
  };
  const asApp = (search = '') =>
    changed(database.url, (url) => {
      url.username = 'app';
      url.search = search;
    });
  const superuser = (search: string) => changed(database.url, (url) => (url.search = search));

  /** What a start is refused with, which is one sentence that names the setting, and the doctor says the same. */
  async function refusal(url: string): Promise<string> {
    const error: unknown = await TestApp.start({ DATABASE_URL: url }).then(
      async (app) => app.close(),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SettingsError);
    const { problems } = error as SettingsError;
    expect(problems).toEqual([expect.stringMatching(/^DATABASE_URL: [^\n]+$/)]);
    const sentence = problems[0].replace('DATABASE_URL: ', '');
    const found = [];
    for await (const finding of databaseChecks(loadSettings({ DATA_DIR: folder, DATABASE_URL: url })))
      found.push(`${finding.state} ${finding.remedy}`);
    expect(found).toContainEqual(expect.stringMatching(/^(refused|warning) /));
    return sentence;
  }

  async function expectToWork(url: string): Promise<void> {
    const app = await TestApp.start({ DATABASE_URL: url, SESSION_CACHE: '100' });
    const other = await app.another();
    const { agent } = await app.user('ada');
    await agent.get(PAGE).expect(200);
    await other.agent().post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD }).expect(200);
    await agent.delete('/api/v1/auth/sessions').expect(204);
    await app.agent().get('/health/ready').expect(200);
    const findings = [];
    for await (const finding of databaseChecks(loadSettings(app.environment))) findings.push(finding);
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    await app.close();
  }

  it('a role that may not create tables gets a clear error, and works after the owner has migrated and granted', async () => {
    await query(database.url, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    expect(await refusal(asApp())).toMatch(/permission denied for schema public.*CREATE/);
    await (await TestApp.start({ DATABASE_URL: database.url })).app.close();
    expect(await refusal(asApp())).toMatch(/latchkey_migrations/);
    await query(database.url, 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app');
    expect(await refusal(asApp())).toMatch(/_id_seq.*GRANT USAGE ON ALL SEQUENCES/);
    await query(database.url, 'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app');
    await expectToWork(asApp());
  }, 60_000);

  it.each(['LATIN1', 'SQL_ASCII'])('a database in %s is refused at the start', async (encoding) => {
    const other = `${name()}_other`;
    await query(server.url, `CREATE DATABASE ${other} ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`);
    const url = changed(database.url, (address) => (address.pathname = other));
    expect(await refusal(url)).toMatch(new RegExp(`is ${encoding}, not UTF8.*createdb -E UTF8`));
    await query(server.url, `DROP DATABASE ${other}`);
  });

  it('a schema of its own is made and used, beside another installation in the same database', async () => {
    const [one, two] = ['one', 'The second one'].map((schema) =>
      superuser(`?schema=${encodeURIComponent(schema)}`),
    );
    const app = await TestApp.start({ DATABASE_URL: one, SESSION_CACHE: '100' });
    await app.user('ada');
    await expectToWork(two); // whose users are separate
    const schemas = await query<{ name: string }>(
      database.url,
      "SELECT n.nspname AS name FROM pg_class t JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = 'users' ORDER BY 1",
    );
    expect(schemas.map((row) => row.name)).toEqual(['The second one', 'one']);
    await app.close();
  }, 60_000);

  it('a schema that the role cannot create is requested in one sentence', async () => {
    expect(await refusal(asApp('?schema=mine'))).toMatch(/CREATE SCHEMA mine AUTHORIZATION app/);
    await query(database.url, 'CREATE SCHEMA mine');
    expect(await refusal(asApp('?schema=mine'))).toMatch(/may not use the schema mine/);
    await query(database.url, 'GRANT USAGE ON SCHEMA mine TO app');
    expect(await refusal(asApp('?schema=mine'))).toMatch(/permission denied for schema mine/);
    await query(database.url, 'DROP SCHEMA mine', 'CREATE SCHEMA mine AUTHORIZATION app');
    await expectToWork(asApp('?schema=mine'));
  }, 60_000);

  it('a pooler that does not pass the schema on is refused, and a search_path of the role works behind it', async () => {
    const refusing = await PgBouncer.before(database.url, 'transaction');
    const ignoring = await PgBouncer.before(database.url, 'transaction', {
      ignore_startup_parameters: 'options',
    });
    await query(database.url, 'CREATE SCHEMA mine AUTHORIZATION app');
    for (const pooler of [refusing, ignoring])
      expect(await refusal(pooler.through(asApp('?schema=mine')))).toMatch(
        /a pooler (refuses|ignores) \?schema=/,
      );
    await query(database.url, `ALTER ROLE app IN DATABASE ${name()} SET search_path = mine`);
    const app = await TestApp.start({ DATABASE_URL: refusing.through(asApp()), SESSION_CACHE: '0' });
    await app.user('ada');
    await app.close();
    expect(await query(database.url, 'SELECT username FROM mine.users')).toEqual([{ username: 'ada' }]);
    for (const pooler of [refusing, ignoring]) await pooler.stop();
  }, 60_000);

  it.each([
    ['a role that does not exist', (url: URL) => (url.username = 'unknown'), /role "unknown" does not exist/],
    ['a database that does not exist', (url: URL) => (url.pathname = '/nothing'), /createdb/],
    ['TLS that the server does not offer', (url: URL) => (url.search = '?sslmode=require'), /offers no TLS/],
    ['verify-ca without a CA', (url: URL) => (url.search = '?sslmode=verify-ca'), /sslrootcert/],
    [
      'a schema with a quotation mark',
      (url: URL) => (url.search = '?schema=a%22b'),
      /without a quotation mark/,
    ],
    ['a mode of TLS that there is not', (url: URL) => (url.search = '?sslmode=on'), /disable, require/],
    [
      'a CA that is not there',
      (url: URL) => (url.search = '?sslmode=verify-full&sslrootcert=/nowhere/ca.pem'),
      /must name files/,
    ],
  ])('%s is told in one sentence', async (_, change, sentence) => {
    expect(await refusal(changed(database.url, change as (url: URL) => void))).toMatch(sentence);
  });

  it('the process reports it in a few lines, without a stack', async () => {
    const built = await build();
    const url = changed(database.url, (address) => (address.pathname = '/nothing'));
    const failed = await Started.run(built, { DATA_DIR: folder, DATABASE_URL: url });
    expect(await failed.ended).toEqual({ code: 1, signal: null });
    expect(failed.output).toContain('DATABASE_URL: the database cannot be used (database "nothing" does not');
    expect(failed.output).not.toMatch(/^\s+at /m);
  }, 300_000);

  describe('over TLS', () => {
    let ca: string;

    beforeAll(async () => {
      const { account = {} } = findPostgres();
      ca = join(folder, 'ca.pem');
      await writeFile(ca, CERTIFICATE);
      const data = server.data;
      for (const [file, text] of [
        ['server.crt', CERTIFICATE],
        ['server.key', KEY],
      ]) {
        writeFileSync(join(data, file), text);
        chmodSync(join(data, file), 0o600);
        if (account.uid !== undefined) chownSync(join(data, file), account.uid, account.gid ?? account.uid);
      }
      await query(server.url, 'ALTER SYSTEM SET ssl = on');
      await query(server.url, 'SELECT pg_reload_conf()');
    });

    /** The certificate is for localhost and 127.0.0.1. */
    const at = (host: string, search: string) => changed(superuser(search), (url) => (url.hostname = host));

    it('each sslmode works as libpq has it', async () => {
      for (const search of [
        '?sslmode=disable',
        '?sslmode=require',
        `?sslmode=verify-ca&sslrootcert=${ca}`,
        `?sslmode=verify-full&sslrootcert=${ca}`,
      ]) {
        const url = at('localhost', search);
        const app = await TestApp.start({ DATABASE_URL: url, SESSION_CACHE: '100' });
        const rows = await query<{ ssl: boolean }>(
          database.url,
          `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'latchkey%'`,
        );
        expect(rows.length).toBeGreaterThan(1);
        expect(new Set(rows.map(({ ssl }) => ssl))).toEqual(new Set([search !== '?sslmode=disable']));
        await app.close();
      }
    }, 60_000);

    it('a certificate of no known CA, or for another host, is refused in one sentence', async () => {
      expect(await refusal(at('localhost', '?sslmode=verify-full'))).toMatch(/self-signed.*sslrootcert/);
      expect(await refusal(at('127.0.0.2', `?sslmode=verify-full&sslrootcert=${ca}`))).toMatch(
        /certificate.*sslmode=verify-ca/,
      );
    }, 60_000);
  });
});
