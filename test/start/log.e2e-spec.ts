import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { PASSWORD } from '../support/app';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';

/** More than an application starts in, on a busy machine. */
const TIMEOUT_MS = 20_000;
/** More errors, each with its stack, than a pipe holds. */
const ROUNDS = 120;

describe('A log that cannot be written', () => {
  let built: Build;
  let folder: string;
  let started: Started;
  let open: number[];

  beforeAll(async () => {
    built = await build();
  }, 120_000);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-log-'));
    open = [];
  });
  afterEach(async () => {
    for (const file of open) closeSync(file);
    await started.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function opened(path: string, flags: number): number {
    const file = openSync(path, flags);
    open.push(file);
    return file;
  }

  function pipe(): { path: string; reader: number } {
    const path = join(folder, 'log');
    execFileSync('mkfifo', [path]);
    return { path, reader: opened(path, constants.O_RDWR | constants.O_NONBLOCK) };
  }

  async function breakLogIn(): Promise<void> {
    const database = join(folder, 'latchkey.sqlite');
    const outside = await new DataSource({ type: 'sqlite', database }).initialize();
    await outside.query('DROP TABLE users');
    await outside.destroy();
  }

  /** Starts and makes it log many errors. @returns the answers of an error in the log, and of a page afterwards. */
  async function statuses(log: number, fill: () => void = () => undefined): Promise<number[]> {
    const settings = { DATA_DIR: folder, THROTTLE: 'off' };
    started = await Started.run(built, settings, { stdio: ['ignore', log, log] });
    const until = Date.now() + TIMEOUT_MS;
    const isUp = () =>
      fetch(`${started.url}/health/live`)
        .then(({ ok }) => ok)
        .catch(() => false);
    while (!(await isUp()) && Date.now() < until) await delay(50);
    fill();
    const ask = async (path: string, request: RequestInit = {}) =>
      (await fetch(started.url + path, { ...request, signal: AbortSignal.timeout(5_000) })).status;
    const headers = {
      'Content-Type': 'application/json',
      Origin: `http://localhost:${started.port}`,
    };
    const body = JSON.stringify({ username: 'ada', password: PASSWORD });
    await breakLogIn();
    const seen = new Set<number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      seen.add(await ask('/api/v1/auth/login', { method: 'POST', headers, body }));
    }
    return [...seen, await ask('/')];
  }

  it('because its pipe is not read blocks no request', async () => {
    const { path, reader } = pipe();
    const full = () => {
      try {
        for (;;) writeSync(reader, 'x'.repeat(1_024));
      } catch {
        // It takes no more.
      }
    };
    expect(await statuses(opened(path, constants.O_WRONLY), full)).toEqual([500, 200]);
  });

  it('because its disk is full does not end the process', async () => {
    expect(await statuses(opened('/dev/full', constants.O_WRONLY))).toEqual([500, 200]);
  });

  it('because its reader is gone does not end the process', async () => {
    const { path, reader } = pipe();
    const log = opened(path, constants.O_WRONLY);
    const gone = () => closeSync(open.splice(open.indexOf(reader), 1)[0]);
    expect(await statuses(log, gone)).toEqual([500, 200]);
  });
});
