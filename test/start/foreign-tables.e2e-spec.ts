import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { type Build, build } from '../support/build';
import { latchkey } from '../support/command';
import { type TestDatabase, testDatabase } from '../support/database';
import { Started } from '../support/process';

const WHAT = /tables of another application[^]*: users\. [^]*npx latchkey users import FILE/;

describe('A database that holds the table users of another application', () => {
  let built: Build;
  let database: TestDatabase;
  let dataDir: string;
  let settings: Record<string, string>;

  beforeAll(async () => {
    built = await build();
    database = await testDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-foreign-'));
    settings = { DATA_DIR: dataDir, DATABASE_URL: database.url };
    const source = await open();
    await source.query('CREATE TABLE users (id integer PRIMARY KEY, username text, password text)');
    await source.query("INSERT INTO users VALUES (1, 'ada', 'hash')");
    await source.destroy();
  }, 240_000);
  afterAll(async () => {
    await database.dispose();
    await rm(dataDir, { recursive: true, force: true });
  });

  const open = () =>
    new DataSource(
      database.url.startsWith('sqlite:')
        ? { type: 'sqlite', database: database.url.slice('sqlite:'.length) }
        : { type: 'postgres', url: database.url },
    ).initialize();

  /** Of SQLite, its journal mode among it. */
  async function content(): Promise<string | null> {
    if (!database.url.startsWith('sqlite:')) return null;
    const file = await readFile(database.url.slice('sqlite:'.length));
    return createHash('sha256').update(file).digest('hex');
  }

  it('is left as it is by a start, which says what to do instead, without a stack', async () => {
    const before = await content();
    const started = await Started.run(built, settings);
    expect((await started.ended).code).toBe(1);
    expect(await content()).toBe(before);
    expect(started.output).toMatch(WHAT);
    expect(started.output).not.toMatch(/\n\s+at /);
    const source = await open();
    expect(await source.query('SELECT * FROM users')).toEqual([{ id: 1, username: 'ada', password: 'hash' }]);
    await source.destroy();
  });

  it('is refused by the doctor and by commands', async () => {
    const before = await content();
    const doctor = await latchkey(built, settings, ['doctor']);
    expect(doctor.code).toBe(1);
    expect(doctor.output).toMatch(new RegExp(`^refused +the database: .*${WHAT.source}`, 'm'));
    for (const args of [
      ['user', 'enable', 'ada'],
      ['users', 'import', __filename, '--dry-run'],
    ]) {
      const { code, errors } = await latchkey(built, settings, args);
      expect([args, code]).toEqual([args, 2]);
      expect(errors).toMatch(WHAT);
      expect(errors).not.toMatch(/\n\s+at /);
    }
    expect(await content()).toBe(before);
  });
});
