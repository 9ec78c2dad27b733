import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD } from '../support/app';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';
import { Strace } from '../support/strace';
import { Wire } from '../support/wire';

const CALLS = ['-y', '-s', '16', '-e', 'trace=write,writev,pwrite64,fsync,fdatasync'];
const ANSWER = /\bwritev?\(\d+<socket:.*"HTTP\/1\.1 (\d+)/;

/**
 * For each answer in turn: its status, and what happened to the log of changes before the answer began to leave. Calls
 * of several threads overlap: a sync counts when it is complete, and a write from when it begins.
 */
function answers(trace: string): string[] {
  const found: string[] = [];
  const syncing = new Set<string>();
  let state = 'nothing written';
  for (const line of trace.split('\n')) {
    const thread = /^\[pid +(\d+)\]/.exec(line)?.[1] ?? '';
    const isSync = /\bf(data)?sync\(\d+<[^>]*-wal>/.test(line);
    if (/\bpwrite64\(\d+<[^>]*-wal>/.test(line)) state = 'written only';
    else if (isSync && line.includes('unfinished')) syncing.add(thread);
    else if ((isSync || (line.includes('sync resumed') && syncing.delete(thread))) && line.endsWith('= 0')) {
      if (state === 'written only') state = 'synced';
    }
    const [, status] = ANSWER.exec(line) ?? [];
    if (!status) continue;
    found.push(`${status}, ${state}`);
    state = 'nothing written';
  }
  return found;
}

describe('SQLite’s log of changes', () => {
  let built: Build;
  let dataDir: string;
  let started: Started;

  beforeAll(async () => {
    built = await build();
  }, 120_000);
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-sync-'));
  });
  afterEach(async () => {
    await started.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Signs up, logs in, changes the password, logs out. @returns what was seen of each answer. */
  async function trace(options: string[] = []): Promise<string[]> {
    started = await Started.run(built, { DATA_DIR: dataDir, LOG_LEVEL: 'info' }, { options });
    await started.listening();
    const strace = await Strace.of(started.child.pid!, ...CALLS);
    const wire = await Wire.open(started.port);
    const post = (path: string, json: object, cookie?: string) => {
      const headers = { Origin: `http://localhost:${started.port}` };
      return wire.ask({ method: 'POST', path: `/api/v1/auth/${path}`, json, cookie, headers });
    };
    const credentials = { username: 'ada', password: PASSWORD };
    await post('signup', credentials);
    const login = await post('login', credentials);
    const change = { currentPassword: PASSWORD, newPassword: `another ${PASSWORD}` };
    const changed = await post('password', change, login.cookie('sid'));
    await post('logout', {}, changed.cookie('sid'));
    wire.close();
    await strace.stop();
    return answers(strace.output);
  }

  it('is on the disk before the response to a sign-up, a log-in, a new password and a log-out begins', async () => {
    expect(await trace()).toEqual(['201, synced', '200, synced', '204, synced', '204, synced']);
  }, 60_000);

  it('fails this check if it is not synced', async () => {
    const forgetful = ['--require', join(__dirname, 'forgetful-sqlite.cjs')];
    const written = await trace(forgetful);
    expect(written).toEqual(['201', '200', '204', '204'].map((status) => `${status}, written only`));
  }, 60_000);
});
