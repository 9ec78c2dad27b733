const { PostgresServer } = require('./postgres-server.cjs');

/** One server for the whole run, for whichever projects ask for it. */
module.exports = async function startPostgres() {
  if (globalThis.testPostgres) return;
  const server = await PostgresServer.start();
  globalThis.testPostgres = server;
  process.env.TEST_POSTGRES_URL = server.url;
};
