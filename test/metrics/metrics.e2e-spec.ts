import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, PASSWORD } from '../support/app';
import { type Build, build } from '../support/build';
import { type TestDatabase, testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { Started } from '../support/process';

describe('Metrics', () => {
  let built: Build;
  let dataDir: string;
  let database: TestDatabase;
  let started: Started;
  let port: number;

  beforeAll(async () => {
    built = await build();
  }, 120_000);
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-metrics-'));
    database = await testDatabase();
    port = await freePort();
  });
  afterEach(async () => {
    await started.stop();
    await database.dispose();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(settings: Record<string, string> = {}): Promise<void> {
    const own = { DATA_DIR: dataDir, DATABASE_URL: database.url, THROTTLE: 'off' };
    started = await Started.run(built, { ...own, METRICS_PORT: String(port), ...settings });
    await started.listening();
  }
  const ask = (path = '/metrics', method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
  /** @returns NaN while there is none. */
  async function value(name: string): Promise<number> {
    const lines = (await (await ask()).text()).split('\n');
    return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length));
  }
  const post = (path: string, password = PASSWORD) =>
    fetch(`${started.url}/api/v1/auth/${path}`, {
      method: 'POST',
      headers: { Origin: `http://localhost:${started.port}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password }),
    });

  it('are served at their own address, and nothing else is', async () => {
    await start();
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/metrics', 'POST')).status).toBe(404);
    expect((await ask('/users/login')).status).toBe(404);
    expect((await fetch(`${started.url}/metrics`)).status).toBe(404);
  });

  it('are not served by default', async () => {
    await start({ METRICS_PORT: '' });
    await expect(ask()).rejects.toThrow('fetch failed');
  });

  it('count hashes, queued requests and refused ones', async () => {
    await start({ HASH_QUEUE: '3', BCRYPT_COST: '10' });
    await post('signup');
    expect(await value('latchkey_hashes_running')).toBe(0);
    expect(await value('latchkey_hashes_waiting')).toBe(0);
    const answers = Promise.all(Array.from({ length: 20 }, () => post('login')));
    await eventually(
      () => value('latchkey_hashes_waiting'),
      (count) => count === 3,
    );
    expect(await value('latchkey_hashes_running')).toBeGreaterThan(0);
    const statuses = (await answers).map(({ status }) => status);
    const refused = statuses.filter((status) => status === 503).length;
    expect(refused).toBeGreaterThan(0);
    expect(await value('latchkey_hashes_refused_total')).toBe(refused);
    expect(await value('latchkey_hashes_waiting')).toBe(0);
    expect(await value('latchkey_hashes_running')).toBe(0);
  });

  it('count security events by their name, without any user', async () => {
    await start();
    await post('signup');
    await post('login', 'not the right one');
    await post('login', 'not the right one');
    expect(await value('latchkey_security_events_total{event="user.signedUp"}')).toBe(1);
    expect(await value('latchkey_security_events_total{event="auth.loginFailed"}')).toBe(2);
    expect(await (await ask()).text()).not.toContain('ada');
  });

  it('of several workers are added up by the process above them', async () => {
    await start({ WORKERS: '2' });
    await post('signup');
    for (let i = 0; i < 6; i++) await post('login', 'not the right one');
    expect(await value('latchkey_security_events_total{event="auth.loginFailed"}')).toBe(6);
    started.child.kill('SIGTERM');
    expect(await started.ended).toEqual({ code: 0, signal: null });
  });

  it('fail the start if their port is taken, like the port of the application', async () => {
    await start();
    const second = await Started.run(built, {
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      METRICS_PORT: String(port),
    });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.output).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
    const third = await Started.run(built, { PORT: '4000', METRICS_PORT: '4000' });
    expect((await third.ended).code).toBe(1);
    expect(third.output).toContain('METRICS_PORT may be any port but PORT');
  });
});
