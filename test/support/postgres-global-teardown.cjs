module.exports = function stopPostgres() {
  globalThis.stopTestPostgres();
};
