const startPostgres = require('./postgres-global-setup.cjs');
const { startRedis } = require('./redis-server.cjs');

/** One Redis for the run: sessions never meet, since their keys are hashes of random IDs. */
module.exports = async function startTestRedis() {
  await startPostgres();
  globalThis.testRedis = await startRedis();
  process.env.TEST_REDIS_URL = globalThis.testRedis.url;
};
