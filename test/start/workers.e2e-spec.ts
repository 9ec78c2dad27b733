import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';
import { childrenOf, descendantsOf, isRunning } from '../support/process-tree';
import { Wire } from '../support/wire';

describe('Several workers', () => {
  let built: Build;
  let dataDir: string;
  let database: TestDatabase;
  let started: Started;

  beforeAll(async () => {
    built = await build();
  }, 120_000);
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-workers-'));
    database = await testDatabase();
  });
  afterEach(async () => {
    await started.stop();
    await database.dispose();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(settings: Record<string, string> = {}, options: string[] = []): Promise<void> {
    const shared = { DATA_DIR: dataDir, DATABASE_URL: database.url, WORKERS: '2', THROTTLE: 'off' };
    started = await Started.run(built, { ...shared, ...settings }, { options });
  }
  const workers = () => childrenOf(started.child.pid!);
  /** Worker that logged these lines. */
  const whoLogged = (what: string) =>
    new Set(
      [...started.output.matchAll(new RegExp(`\\[Nest\\] (\\d+) .*${what}`, 'g'))].map(([, pid]) => pid),
    );

  /** On a connection of its own, which the next worker in turn gets. */
  async function post(path: string): Promise<{ status: number; cookie(name: string): string | undefined }> {
    const wire = await Wire.open(started.port);
    const headers = { Origin: `http://localhost:${started.port}` };
    const json = { username: 'ada', password: PASSWORD };
    const answer = await wire.ask({ method: 'POST', path: `/api/v1/auth/${path}`, json, headers });
    wire.close();
    return answer;
  }
  async function me(cookie: string): Promise<number> {
    const wire = await Wire.open(started.port);
    const answer = await wire.ask({ path: '/api/v1/auth/me', cookie });
    wire.close();
    return answer.status;
  }
  const ofManyConnections = async (cookie: string) => {
    const statuses = new Set<number>();
    for (let i = 0; i < 12; i++) statuses.add(await me(cookie));
    return [...statuses];
  };

  it('serve in turn, and each knows the sessions of all', async () => {
    await start();
    await started.listening();
    expect(workers()).toHaveLength(2);
    await post('signup');
    const cookies = [];
    for (let i = 0; i < 4; i++) cookies.push((await post('login')).cookie('sid')!);
    expect([...whoLogged('auth\\.loggedIn')].sort()).toEqual(workers().map(String).sort());
    for (const cookie of cookies) expect(await ofManyConnections(cookie)).toEqual([200]);
    const ended = cookies.pop()!;
    const wire = await Wire.open(started.port);
    const headers = { Origin: `http://localhost:${started.port}` };
    await wire.ask({ method: 'POST', path: '/api/v1/auth/logout', cookie: ended, headers, json: {} });
    wire.close();
    expect(await ofManyConnections(ended)).toEqual([401]);
  });

  it('of which one is killed lose nothing, and it is replaced', async () => {
    await start();
    await started.listening();
    await post('signup');
    const cookie = (await post('login')).cookie('sid')!;
    const [killed, other] = workers();
    process.kill(killed, 'SIGKILL');
    await eventually(
      async () => started.output,
      (output) => output.includes(`Worker ${killed} ended (SIGKILL)`),
    );
    expect(await ofManyConnections(cookie)).toEqual([200]);
    await eventually(
      async () => [...started.output.matchAll(/Worker \d+ serves/g)].length,
      (count) => count === 3,
    );
    expect(workers()).toContain(other);
    expect(workers()).toHaveLength(2);
    expect(await ofManyConnections(cookie)).toEqual([200]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('end by %s with code 0, and leave no process', async (signal) => {
    await start();
    await started.listening();
    for (const path of ['signup', 'login', 'login']) await post(path); // each has started its own for hashing
    const all = descendantsOf(started.child.pid!);
    expect(all).toHaveLength(4);
    started.child.kill(signal);
    expect(await started.ended).toEqual({ code: 0, signal: null });
    expect(all.filter(isRunning)).toEqual([]);
  });

  it('end when the process above them is killed', async () => {
    await start();
    await started.listening();
    for (const path of ['signup', 'login', 'login']) await post(path);
    const all = descendantsOf(started.child.pid!);
    expect(all).toHaveLength(4);
    await started.stop();
    expect(
      await eventually(
        async () => all.filter(isRunning),
        (left) => left.length === 0,
      ),
    ).toEqual([]);
  });

  it('that cannot start end with code 1, at once', async () => {
    await start();
    await started.listening();
    const second = await Started.run(built, {
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      WORKERS: '2',
      PORT: String(started.port),
    });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.output).toContain('EADDRINUSE');
    expect(second.output.match(/at its start/g)).toHaveLength(1);
  });

  it('that die again and again at their start are given up, with a word and code 1', async () => {
    await start({}, ['--require', join(__dirname, '../support/short-lived-workers.cjs')]);
    await started.listening();
    for (const pid of workers()) process.kill(pid, 'SIGKILL');
    expect(await started.ended).toEqual({ code: 1, signal: null });
    expect(started.output).toMatch(/ended \(code 3\); another one starts in \d+ ms/);
    expect(started.output).toMatch(/FATAL.*at its start, and no other one serves/);
  });

  it('are refused with sessions that only one process would know', async () => {
    await start({ SESSION_STORE: 'memory' });
    expect(await started.ended).toEqual({ code: 1, signal: null });
    expect(started.output).toContain('WORKERS may only be 1 with SESSION_STORE=memory');
  });
});
