const { PostgresServer } = require('./postgres-server.cjs');

/** One server for the whole run. */
module.exports = async function startPostgres() {
  const server = await PostgresServer.start();
  globalThis.testPostgres = server;
  process.env.TEST_POSTGRES_URL = server.url;
};
