module.exports = function stopPostgres() {
  globalThis.testPostgres?.remove();
  globalThis.testPostgres = undefined;
};
