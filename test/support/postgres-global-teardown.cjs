module.exports = function stopPostgres() {
  globalThis.testPostgres.remove();
};
