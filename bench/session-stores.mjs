/**
 * What a session costs in each store, and what a million of them do to look-ups, ends and purges.
 * The cost of a session in each store, and the effect of a million of them on look-ups, ends and purges.
 *   npm run build && node bench/session-stores.mjs [rows, default 1000000]
 *
 * Starts its own PostgreSQL and Redis where they are installed. Times are medians of single sequential calls.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { insertSessions } from './session-rows.mjs';

const require = createRequire(import.meta.url);
const { AppModule } = require('../dist/app/app.module.js');
const { Clock } = require('../dist/options/clock.js');
const { loadSettings } = require('../dist/options/load-settings.js');
const { Database } = require('../dist/database/database.js');
const { SessionEngine } = require('../dist/sessions/session-engine.js');
const { startRedis } = require('../test/support/redis-server.cjs');
const { PostgresServer } = require('../test/support/postgres-server.cjs');

const MOST = Number(process.argv[2] ?? 1_000_000);
const CALLS = 2_000;
const BATCH = 500;
/** Sessions of one user, as on a few devices. */
const OF_ONE_USER = 4;
const EXPIRED = 20 * BATCH;

const newHash = () => randomBytes(32).toString('base64url');
const values = (userId) => ({ userId, authenticatedAt: Date.now(), securityVersion: 1 });

async function open(environment) {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  const settings = loadSettings({ DATA_DIR: dataDir, LOG_LEVEL: 'error', ...environment });
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(settings), { logger: false });
  return {
    engine: app.get(SessionEngine),
    database: app.get(Database),
    clock: app.get(Clock),
    async close() {
      await app.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Rows as the engine writes them; the last EXPIRED of them expired an hour ago. */
async function fill({ database }, rows) {
  const now = Date.now();
  const hashes = Array.from({ length: rows }, newHash);
  const CHUNK = 2_000;
  for (let from = 0; from < rows; from += CHUNK) {
    const sessions = hashes.slice(from, from + CHUNK).map((idHash, offset) => {
      const index = from + offset;
      const isExpired = index >= rows - EXPIRED && rows > EXPIRED;
      return {
        idHash,
        userId: Math.floor(index / OF_ONE_USER) + 1,
        idleExpiresAt: now + (isExpired ? -3_600_000 : 3_600_000),
      };
    });
    await database.write((manager) => manager.query(insertSessions(sessions, now)));
  }
  return hashes;
}

async function median(times, call) {
  const durations = [];
  for (let index = 0; index < times; index += 1) {
    const started = process.hrtime.bigint();
    await call(index);
    durations.push(Number(process.hrtime.bigint() - started) / 1_000);
  }
  durations.sort((one, other) => one - other);
  return Math.round(durations[Math.floor(times / 2)]);
}

/** All in microseconds; expiring and purging per row. */
async function measure(store, rows) {
  const { engine } = store;
  const hashes = await fill(store, rows);
  if (store.analyze) await store.database.write((manager) => manager.query(store.analyze));
  const live = hashes.slice(0, rows > EXPIRED ? rows - EXPIRED : rows);
  const any = () => live[Math.floor(Math.random() * live.length)];
  await median(200, () => engine.load(any())); // warms up
  const found = await engine.load(any());
  if (!found) throw new Error('The rows are not what the engine takes for sessions');

  const result = { rows };
  result.load = await median(CALLS, () => engine.load(any()));
  result.unknown = await median(CALLS, () => engine.load(newHash()));
  result.list = await median(CALLS, () =>
    engine.list(1 + Math.floor((Math.random() * live.length) / OF_ONE_USER)),
  );
  result.create = await median(500, () => engine.create(newHash(), values(1_000_000_000)));
  result.end = await median(500, () => engine.end({ idHash: any() }, 'logged_out'));
  if (rows > EXPIRED) {
    result.expire = Math.round((await median(10, () => engine.expire({ limit: BATCH }))) / BATCH);
    await store.database.write((manager) =>
      manager.query("UPDATE sessions SET ended_at = 1 WHERE end_reason IN ('idle', 'absolute')"),
    );
    result.purge = Math.round((await median(10, () => engine.purge(BATCH))) / BATCH);
  }
  if (store.bytes) result.bytesPerRow = Math.round((await store.bytes()) / rows);
  return result;
}

async function heapPerSession() {
  const store = await open({ SESSION_STORE: 'memory' });
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 100_000; index += 1) await store.engine.create(newHash(), values(index));
  globalThis.gc?.();
  const bytes = (process.memoryUsage().heapUsed - before) / 100_000;
  await store.close();
  return Math.round(bytes);
}

async function redisPerSession(redis) {
  const { createClient } = require('@redis/client');
  const client = await createClient({ url: redis.url }).connect();
  const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))[1]);
  const store = await open({ SESSION_STORE: 'redis', REDIS_URL: redis.url });
  const before = await used();
  for (let index = 0; index < 10_000; index += 1) {
    const base = await store.engine.create(newHash(), values(index));
    await store.engine.commit(base, { ...base.values, counters: { visits: 1 } });
  }
  const bytes = ((await used()) - before) / 10_000;
  await store.close();
  client.destroy();
  return Math.round(bytes);
}

const table = [];
async function row(name, environment, rows, extras = () => ({})) {
  const store = await open(environment);
  table.push({ store: name, ...(await measure(Object.assign(store, extras(store)), rows)) });
  await store.close();
}

const sqlite = ({ database }) => ({
  analyze: 'ANALYZE',
  bytes: async () => {
    const [{ size }] = await database.transaction((manager) =>
      manager.query('SELECT page_count * page_size AS size FROM pragma_page_count(), pragma_page_size()'),
    );
    return size;
  },
});
const postgres = ({ database }) => ({
  analyze: 'ANALYZE sessions',
  bytes: async () => {
    const [{ size }] = await database.transaction((manager) =>
      manager.query("SELECT pg_total_relation_size('sessions') AS size"),
    );
    return Number(size);
  },
});

const server = await PostgresServer.start({ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' });
const redis = await startRedis();
const databaseOf = async (name) => {
  const admin = await open({ DATABASE_URL: server.url });
  await admin.database.write((manager) => manager.query(`CREATE DATABASE ${name}`));
  await admin.close();
  return new URL(`/${name}`, server.url).href;
};
for (const rows of [1_000, MOST]) {
  await row('SQLite', {}, rows, sqlite);
  await row('PostgreSQL', { DATABASE_URL: await databaseOf(`sessions_${rows}`) }, rows, postgres);
}
console.table(table);
console.log(
  `Memory: ${await heapPerSession()} bytes of heap a session${globalThis.gc ? '' : ' (run with --expose-gc)'}`,
);
console.log(`Redis: ${await redisPerSession(redis)} bytes a session that has changed, beside its row in SQL`);
await redis.stop();
server.remove();
