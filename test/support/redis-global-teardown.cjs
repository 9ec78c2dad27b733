const stopPostgres = require('./postgres-global-teardown.cjs');

module.exports = async function stopTestRedis() {
  await globalThis.testRedis.stop();
  stopPostgres();
};
