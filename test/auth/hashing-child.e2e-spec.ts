import { scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PASSWORD } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';
import { childrenOf, isRunning, nicenessOfThreads } from '../support/process-tree';

type Passwords = typeof import('../../src/auth/passwords/hashing-child');

describe('The process that hashes passwords', () => {
  let built: Build;
  let dataDir: string;
  let database: TestDatabase;
  let started: Started;

  beforeAll(async () => {
    built = await build();
  }, 120_000);
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-hashing-'));
    database = await testDatabase();
    const settings = {
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      THROTTLE: 'off',
      PASSWORD_PEPPER: 'a pepper of this test alone',
    };
    const options = ['--require', join(__dirname, '../support/loaded-packages.cjs')];
    started = await Started.run(built, settings, { options });
    await started.listening();
  });
  afterEach(async () => {
    await started.stop();
    await database.dispose();
    await rm(dataDir, { recursive: true, force: true });
  });

  const post = (path: string, password = PASSWORD) =>
    fetch(`${started.url}/api/v1/auth/${path}`, {
      method: 'POST',
      headers: { Origin: `http://localhost:${started.port}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password }),
    });
  const estimate = (password: string, username = 'ada') =>
    fetch(`${started.url}/api/v1/auth/password-strength`, {
      method: 'POST',
      headers: { Origin: `http://localhost:${started.port}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
  const children = () => childrenOf(started.child.pid!);

  /** Signs up, which starts the process. @returns its ID */
  async function child(): Promise<number> {
    expect((await post('signup')).status).toBe(201);
    const [pid, ...others] = children();
    expect(others).toEqual([]);
    return pid;
  }

  it('is started by the first password, at the lowest priority and without any secret', async () => {
    expect(children()).toEqual([]);
    const pid = await child();
    expect((await post('login')).status).toBe(200);
    expect(children()).toEqual([pid]);

    expect(nicenessOfThreads(pid)[0]).toBe(19);
    expect(nicenessOfThreads(pid).filter((nice) => nice === 19).length).toBeGreaterThan(
      availableParallelism(),
    );
    expect(new Set(nicenessOfThreads(started.child.pid!))).toEqual(new Set([0]));
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    expect(environment.split('\0').filter((variable) => !/^(UV_|NODE_CHANNEL_)/.test(variable))).toEqual([
      '',
    ]);
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toMatch(/hashing-child-main\.js\0$/);
  });

  it('estimates passwords, so the application never loads the word lists', async () => {
    expect(await (await estimate('of ada')).json()).toMatchObject({ score: 0 });
    expect(children()).toEqual([]); // needs no estimate
    expect(await (await estimate('qwertyuiop')).json()).toMatchObject({ score: 1 });
    expect(await (await estimate(PASSWORD)).json()).toEqual({ score: 4, objections: [] });
    expect(children()).toHaveLength(1);
    expect((await post('signup', 'qwertyuiop')).status).toBe(422);
    await child();

    started.child.kill('SIGUSR2');
    const loaded = await eventually(
      async () => /loaded: (.*);/.exec(started.output)?.[1] ?? '',
      (packages) => packages !== '',
    );
    expect(loaded.split(' ')).toContain('express');
    expect(loaded).not.toContain('zxcvbn');
  });

  it('is replaced if it is killed during an estimate, and its successor gives the same answer', async () => {
    const pid = await child();
    process.kill(pid, 'SIGSTOP');
    const answer = estimate('qwertyuiop');
    await delay(300);
    process.kill(pid, 'SIGKILL');
    expect(await (await answer).json()).toMatchObject({ score: 1 });
    expect(children()).not.toContain(pid);
  });

  it('is replaced if it is killed during a hash, and its successor verifies the password', async () => {
    for (const [password, status] of [
      [PASSWORD, 200],
      ['not the right one', 401],
    ] as const) {
      const [pid] = children().length > 0 ? children() : [await child()];
      process.kill(pid, 'SIGSTOP'); // accepts the job but cannot run it
      const answer = post('login', password);
      await delay(300);
      process.kill(pid, 'SIGKILL');
      expect((await answer).status).toBe(status);
      expect(children()).not.toContain(pid);
    }
    expect(started.output).toContain('The process that hashes passwords ended: SIGKILL');
    expect((await post('login')).status).toBe(200);
  });

  it('causes 503 for log-ins and sign-ups if it keeps dying, never a success or a 500', async () => {
    await child();
    let isOver = false;
    const killing = (async () => {
      while (!isOver) {
        for (const pid of children()) kill(pid);
        await delay(2);
      }
    })();
    for (const password of [PASSWORD, 'not the right one']) {
      const answer = await post('login', password);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await estimate(PASSWORD)).status).toBe(503);
    expect((await post('signup')).status).toBe(503);
    isOver = true;
    await killing;
    expect((await post('login')).status).toBe(200);
    expect((await post('login', 'not the right one')).status).toBe(401);
  });

  it('derives the keys of imported hashes, and survives impossible parameters', async () => {
    const { PasswordRunnerInChild } = createRequire(built.main)(
      './auth/passwords/hashing-child.js',
    ) as Passwords;
    const runner = new PasswordRunnerInChild();
    const scrypt = { name: 'scrypt', N: 1024, r: 8, p: 1, salt: 'c2FsdA==', keyLength: 64 } as const;
    expect(await runner.derive('motdepassé', scrypt)).toBe(
      scryptSync('motdepassé', 'salt', 64, { N: 1024, r: 8, p: 1 }).toString('base64'),
    );
    await expect(runner.derive('motdepassé', { ...scrypt, N: 3 })).rejects.toThrow('hashing:');
    expect(await runner.compare([{ text: 'motdepassé', hash: await runner.hash('motdepassé', 4) }])).toBe(
      true,
    );
    await runner.onApplicationShutdown();
  });

  it('has exited when its runner reports that it is closed', async () => {
    const load = createRequire(built.main);
    const { PasswordRunnerInChild } = load('./auth/passwords/hashing-child.js') as Passwords;
    const runner = new PasswordRunnerInChild();
    const begun = childrenOf(process.pid);
    await runner.hash('a text', 4);
    const [pid] = childrenOf(process.pid).filter((child) => !begun.includes(child));
    const underWay = runner.hash('another one', 15).catch((error: unknown) => error);
    await runner.onApplicationShutdown();
    expect(isRunning(pid)).toBe(false);
    expect(await underWay).toMatchObject({ status: 503 });
  });

  it('exits when the application is killed or stopped', async () => {
    const pid = await child();
    process.kill(pid, 'SIGTERM'); // as a supervisor that stops every process of a service
    expect((await post('login')).status).toBe(200);
    expect(children()).toEqual([pid]);
    const exited = once(started.child, 'exit'); // not the end of its output, which the other process also holds open
    started.child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(isRunning(pid)).toBe(false);

    started = await Started.run(built, { DATA_DIR: dataDir, DATABASE_URL: database.url });
    await started.listening();
    await post('login');
    const [second] = children();
    await started.stop(); // by SIGKILL
    await eventually(
      async () => isRunning(second),
      (is) => !is,
    );
  });
});

/** Unless it has exited in the meantime. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
