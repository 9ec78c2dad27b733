import sqlite3 from 'sqlite3';

/** Runs statements on another application's SQLite file, which is created if necessary. */
export async function sqliteFile(
  path: string,
  statements: [sql: string, ...values: unknown[]][],
): Promise<void> {
  const database = new sqlite3.Database(path);
  const settled = (run: (done: (error: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => run((error) => (error ? reject(error) : resolve())));
  try {
    for (const [sql, ...values] of statements) await settled((done) => database.run(sql, values, done));
  } finally {
    await settled((done) => database.close(done));
  }
}
