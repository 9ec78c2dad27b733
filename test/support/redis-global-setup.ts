import startPostgres from './postgres-global-setup';
import { type RedisServer, startRedis } from './redis-server.cjs';

declare global {
  var testRedis: RedisServer | undefined;
}

/** One Redis for the run: sessions do not collide, since their keys are hashes of random IDs. */
export default async function startTestRedis(): Promise<void> {
  await startPostgres();
  globalThis.testRedis = await startRedis();
  process.env.TEST_REDIS_URL = globalThis.testRedis.url;
}
