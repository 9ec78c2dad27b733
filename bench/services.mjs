/** A PostgreSQL and a Redis of our own, as their makers ship them; a database and a number of it for each target. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import pg from 'pg';

const require = createRequire(import.meta.url);
const { PostgresServer } = require('../test/support/postgres-server.cjs');
const { startRedis } = require('../test/support/redis-server.cjs');

const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const REDIS_DATABASES = 1_000;

export async function startServices() {
  const postgres = await PostgresServer.start({ ...DURABLE, max_connections: 400, shared_buffers: '512MB' });
  const redis = await startRedis({ databases: REDIS_DATABASES });
  const client = await createClient({ url: redis.url }).connect();
  const [, redisPid] = /process_id:(\d+)/.exec(await client.info('server'));
  client.destroy();
  const postgresPid = readFileSync(join(postgres.data, 'postmaster.pid'), 'utf8').split('\n', 1)[0];

  let leases = 0;
  return {
    pids: [Number(postgresPid), Number(redisPid)],
    /** @returns the addresses of an empty database and of an empty number of Redis. */
    async lease() {
      const name = `bench_${++leases}`;
      const admin = new pg.Client(postgres.url);
      await admin.connect();
      await admin.query(`CREATE DATABASE ${name}`);
      await admin.end();
      return { databaseUrl: new URL(`/${name}`, postgres.url).href, redisUrl: `${redis.url}/${leases}` };
    },
    async stop() {
      await redis.stop();
      postgres.remove();
    },
  };
}
