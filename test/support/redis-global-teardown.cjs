module.exports = async function stopTestRedis() {
  await globalThis.testRedis.stop();
};
