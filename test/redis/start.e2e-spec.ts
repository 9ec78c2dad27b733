import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/app';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';
import { type RedisServer, startRedis } from '../support/redis-server.cjs';

const SECRET = 'swordfish';

describe('Starting with SESSION_STORE=redis', () => {
  let built: Build;
  let redis: RedisServer;
  let dataDir: string;
  const running: Started[] = [];

  beforeAll(async () => {
    built = await build();
    redis = await startRedis({ requirepass: 'another' });
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-start-'));
  }, 120_000);
  afterEach(async () => {
    for (const process of running.splice(0)) await process.stop();
  });
  afterAll(async () => {
    await redis.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function run(url: string): Promise<Started> {
    const process = await Started.run(built, { DATA_DIR: dataDir, SESSION_STORE: 'redis', REDIS_URL: url });
    running.push(process);
    return process;
  }

  it.each([
    ['the port is closed', async () => `redis://ada:${SECRET}@127.0.0.1:${await freePort()}`, /ECONNREFUSED/],
    ['the password is wrong', async () => `redis://:${SECRET}@127.0.0.1:${redis.port}`, /WRONGPASS/],
    ['a password is wanted', async () => `redis://127.0.0.1:${redis.port}`, /NOAUTH/],
    ['the address is none', async () => `redis://ada:${SECRET}@[nowhere`, /percent-encode/],
    [
      'the password cannot be decoded',
      async () => `redis://ada:${SECRET}%ZZ@127.0.0.1:6379`,
      /percent-encode/,
    ],
  ])('ends within a few seconds when %s, and names REDIS_URL but no password', async (_, url, reason) => {
    const start = performance.now();
    const failed = await run(await url());
    expect(await failed.ended).toEqual({ code: 1, signal: null });
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(failed.output).toContain('REDIS_URL');
    expect(failed.output).toMatch(reason);
    expect(failed.output).not.toContain(SECRET);
  });

  it('ends within a few seconds when Redis is frozen', async () => {
    redis.freeze();
    const failed = await run(`redis://:another@127.0.0.1:${redis.port}`);
    expect(await failed.ended).toEqual({ code: 1, signal: null });
    expect(failed.output).toMatch(/REDIS_URL[^\n]*not answered within 1000 ms/);
    redis.thaw();
  });

  it('waits for a Redis that starts a moment later', async () => {
    const port = await freePort();
    const early = await run(`redis://127.0.0.1:${port}`);
    const late = await startRedis({ port });
    await early.listening();
    const ready = await fetch(`${early.url}/health/ready`);
    expect(ready.status).toBe(200);
    await early.stop();
    await late.stop();
  });
});
