import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Script } from 'node:vm';
import { type Build, build } from '../support/build';
import { type TestDatabase, testDatabase } from '../support/database';
import { Started } from '../support/process';
import { childrenOf } from '../support/process-tree';

interface Bundle {
  BUNDLE: string;
  CODE_CACHE: string;
  compiledBundle(): Script | null;
}

describe('The bundle that a start runs', () => {
  let own: string;
  let built: Build;
  let bundle: Bundle;
  let dataDir: string;
  let database: TestDatabase;
  let started: Started | undefined;

  beforeEach(async () => {
    const shared = dirname(dirname((await build()).main));
    own = await mkdtemp(join(dirname(shared), '.own-')); // to be spoiled
    await cp(shared, own, { recursive: true, verbatimSymlinks: true });
    built = { main: join(own, 'dist/main.js') };
    bundle = createRequire(built.main)('./bundle.js') as Bundle;
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bundle-'));
    database = await testDatabase();
  }, 120_000);
  afterEach(async () => {
    await started?.stop();
    await database.dispose();
    for (const folder of [dataDir, own]) await rm(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<Started> => {
    started = await Started.run(built, { DATA_DIR: dataDir, DATABASE_URL: database.url });
    return started.listening();
  };
  const statusOf = async (path: string) => (await fetch(`${started?.url}${path}`)).status;

  it('is compiled already, and serves without the files that it was made of', async () => {
    expect(bundle.compiledBundle()?.cachedDataRejected).toBe(false);
    for (const name of await readdir(join(own, 'dist'))) {
      const isNeeded = /^(main|bundle|program[.]bundle[.].*|config|passwords)/.test(name);
      if (!isNeeded) await rm(join(own, 'dist', name), { recursive: true });
    }
    await start();
    for (const path of ['/users/login', '/assets/latchkey.css', '/assets/pico.min.css', '/api/docs'])
      expect([path, await statusOf(path)]).toEqual([path, 200]);
    expect((await fetch(`${started?.url}/api/openapi.json`)).ok).toBe(true);
  });

  it('hashes passwords and judges their strength by the packages that it does not hold', async () => {
    await start();
    const signUp = (password: string) =>
      fetch(`${started?.url}/api/v1/auth/signup`, {
        method: 'POST',
        headers: { Origin: `http://localhost:${started?.port}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ username: 'ada', password }),
      });
    expect((await signUp('passwordpassword')).status).toBe(422);
    expect((await signUp('four plain unrelated words')).status).toBe(201);
    expect(childrenOf(started!.child.pid!)).toHaveLength(1);
  });

  it('is done without where it is missing', async () => {
    await rm(bundle.BUNDLE);
    expect(bundle.compiledBundle()).toBeNull();
    await start();
    expect(await statusOf('/users/login')).toBe(200);
  });

  it('is compiled again where what V8 made of it is spoilt or missing', async () => {
    const cache = await readFile(bundle.CODE_CACHE);
    await writeFile(bundle.CODE_CACHE, cache.subarray(0, cache.length / 2));
    expect(bundle.compiledBundle()?.cachedDataRejected).toBe(true);
    await start();
    expect(await statusOf('/users/login')).toBe(200);
    await started?.stop();
    await rm(bundle.CODE_CACHE);
    await start();
    expect(await statusOf('/users/login')).toBe(200);
  });

  it('is not used when other packages have been installed since', async () => {
    const lock = join(own, 'package-lock.json');
    const text = await readFile(lock);
    await rm(lock); // a link to that of the project
    expect(bundle.compiledBundle()).not.toBeNull();
    await writeFile(lock, text);
    expect(bundle.compiledBundle()).not.toBeNull();
    await appendFile(lock, '\n');
    expect(bundle.compiledBundle()).toBeNull();
    await start();
    expect(await statusOf('/users/login')).toBe(200);
  });
});
