import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD } from '../support/app';
import { type Build, build } from '../support/build';
import { latchkey } from '../support/command';
import { eventually } from '../support/eventually';
import { Started } from '../support/process';
import { Wire } from '../support/wire';

describe('DATA_DIR and .env of a real process', () => {
  let built: Build;
  let root: string;
  let dataDir: string;
  let started: Started | undefined;
  const umask = process.umask(0); // the most open one that an operator can have

  beforeAll(async () => {
    built = await build();
  }, 120_000);
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'latchkey-modes-'));
    dataDir = join(root, 'data');
  });
  afterEach(async () => {
    await started?.stop();
    started = undefined;
    await rm(root, { recursive: true });
  });
  afterAll(() => process.umask(umask));

  const run = async () => (started = await Started.run(built, { DATA_DIR: dataDir }));

  async function modes(): Promise<Set<string>> {
    const names = await readdir(dataDir, { recursive: true });
    const found = await Promise.all(['.', ...names].map((name) => stat(join(dataDir, name))));
    return new Set(
      found.map((each) => `${each.isDirectory() ? 'folder' : 'file'} ${(each.mode & 0o777).toString(8)}`),
    );
  }

  async function signUp({ port }: Started): Promise<void> {
    const wire = await Wire.open(port);
    const headers = { Origin: `http://localhost:${port}` };
    const json = { username: 'ada', password: PASSWORD, email: 'ada@example.com' };
    await wire.ask({ method: 'POST', path: '/api/v1/auth/signup', json, headers });
    wire.close();
    await eventually(
      () => readdir(join(dataDir, 'outbox')).catch(() => []),
      (names) => names.some((name) => name.endsWith('.eml')),
    );
  }

  it('DATA_DIR is closed to other users, as is every file in it, when the application makes it first', async () => {
    await signUp(await (await run()).listening());
    expect(await readdir(dataDir)).toEqual(
      expect.arrayContaining(['latchkey.sqlite', 'latchkey.sqlite-wal', 'outbox', 'session-secret']),
    );
    expect(await modes()).toEqual(new Set(['folder 700', 'file 600']));
  });

  it('DATA_DIR is closed to other users when the command line makes it first', async () => {
    const made = await latchkey(built, { DATA_DIR: dataDir }, ['admin', 'create', 'root'], `${PASSWORD}\n`);
    expect(made.code).toBe(0);
    expect(await modes()).toEqual(new Set(['folder 700', 'file 600']));
  });

  it('the doctor agrees with what a first start has made', async () => {
    await signUp(await (await run()).listening());
    const { code, output } = await latchkey(built, { DATA_DIR: dataDir }, ['doctor']);
    expect({ code, refused: output.match(/^refused.*/gm) }).toEqual({ code: 0, refused: null });
  });

  it('a byte order mark in .env hides no setting: NODE_ENV=production is production', async () => {
    await writeFile(join(root, '.env'), '\uFEFFNODE_ENV=production\nPORT=1\n');
    const outcome = await latchkey(built, { DATA_DIR: dataDir }, ['audit', 'verify'], '', root);
    expect(outcome.code).toBe(2);
    expect(outcome.errors).toContain('SESSION_SECRET must be given in production');
    await expect(readFile(join(dataDir, 'session-secret'))).rejects.toThrow('ENOENT');
  });
});
