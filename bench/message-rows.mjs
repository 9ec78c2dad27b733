/** Messages by the thousand, each of the target's users in turn, one a second until now. */
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import sqlite3 from 'sqlite3';

/** One statement for SQLite and PostgreSQL. */
function insertion(count, { users = 'users', times = [] } = {}) {
  const begun = Date.now() - count * 1000;
  const columns = ['user_id', 'content', ...times];
  const values = [
    'author.id',
    `'Note ' || n.i || ': the "figures" of R&D are in; please read them before Friday''s call and say what is missing.'`,
    ...times.map(() => `${begun} + n.i * 1000`),
  ];
  return `WITH RECURSIVE
      n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < ${count}),
      author AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM "${users}")
    INSERT INTO messages (${columns})
    SELECT ${values} FROM n JOIN author ON author.place = n.i % (SELECT count(*) FROM author) ORDER BY n.i`;
}

/**
 * Fills the table of a running target. Its `messageTable` gives the file of SQLite, the table of users and those columns
 * of milliseconds that have no default.
 */
export async function fillMessages({ target, data, env }, count) {
  const statement = insertion(count, target.messageTable);
  if (target.store === 'embedded') {
    const database = new sqlite3.Database(join(data, target.messageTable?.file ?? 'app.sqlite'));
    database.configure('busyTimeout', 10_000);
    await promisify(database.exec.bind(database))(statement);
    await promisify(database.close.bind(database))();
  } else {
    const client = new pg.Client(env.DATABASE_URL);
    await client.connect();
    await client.query(statement);
    await client.query('VACUUM ANALYZE');
    await client.end();
  }
}
