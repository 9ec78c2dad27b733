import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { CommandFailure } from '../printable';
import { openRows } from './open-rows';
import { SqliteRows } from './sqlite-rows';

describe('A file of users', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-rows-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function read(content: string | Buffer): Promise<unknown[]> {
    const path = join(folder, 'users');
    await writeFile(path, content);
    const rows: unknown[] = [];
    for await (const row of await openRows(path)) rows.push(row);
    return rows;
  }

  it.each([
    ['nothing', '', /is empty/],
    ['white space', ' \r\n', /is empty/],
    ['a JSON array', '[{"username":"a"}]', /one JSON array[^]*jq -c/],
    ['CSV in Latin-1', Buffer.from('username,password_hash\nJos\xe9,x\n', 'latin1'), /not in UTF-8/],
    ['JSON in Latin-1', Buffer.from('{"username":"Jos\xe9"}\n', 'latin1'), /not in UTF-8/],
    ['UTF-16', Buffer.from('\ufeffusername,password_hash\n', 'utf16le'), /not in UTF-8/],
    ['half a character at its end', Buffer.from('username,password_hash\nJos\xc3', 'latin1'), /not in UTF-8/],
    ['no head line', 'ada,x\n', /columns username and password_hash[^]*it has: ada, x/],
    [
      'a quotation mark that is not closed',
      `username,password_hash\n"ada,x\n${'y\n'.repeat(9_000)}`,
      /not CSV/,
    ],
    ['a line without an end', `{"username":"${'x'.repeat(200_000)}`, /A line is too long/],
    [
      'a damaged SQLite file',
      Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(5_000, 7)]),
      /cannot be read as a SQLite/,
    ],
  ])('that cannot be read is refused with a sentence: %s', async (_, content, expected) => {
    const error = await read(content).catch((it: unknown) => it);
    expect(error).toBeInstanceOf(CommandFailure);
    expect((error as Error).message).toMatch(expected);
  });

  describe('of SQLite', () => {
    const COUNT = 1_200;
    async function made(...statements: string[]): Promise<string> {
      const path = join(folder, 'app.db');
      const database = new sqlite3.Database(path);
      for (const sql of statements) {
        await new Promise<void>((resolve, reject) =>
          database.run(sql, (error) => (error ? reject(error) : resolve())),
        );
      }
      await new Promise((resolve) => database.close(resolve));
      return path;
    }
    const filled = (table: string, row: string) => [
      table,
      `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${COUNT})
       INSERT INTO users SELECT ${row} FROM n`,
    ];
    async function namesIn(path: string): Promise<unknown[]> {
      const names: unknown[] = [];
      for await (const row of await openRows(path)) {
        names.push('username' in row ? row.username : row);
        if (names.length > COUNT) throw new Error('It does not end');
      }
      return names;
    }
    const all = Array.from({ length: COUNT }, (_, n) => `u${n + 1}`);

    it.each([
      ['a column rowid', 'CREATE TABLE users(rowid, username, password_hash)', "'7', 'u' || n, 'x'"],
      [
        'a column RowID of text',
        'CREATE TABLE users(RowID text, username, password_hash)',
        "n, 'u' || n, 'x'",
      ],
      [
        'two such columns',
        'CREATE TABLE users(rowid, _ROWID_, username, password_hash)',
        "1, 2, 'u' || n, 'x'",
      ],
      ['a generated one', 'CREATE TABLE users(username, password_hash, rowid AS (7))', "'u' || n, 'x'"],
      [
        'IDs of more than 53 bits',
        'CREATE TABLE users(id INTEGER PRIMARY KEY, username, password_hash)',
        `9223372036854775807 - ${COUNT} + n, 'u' || n, 'x'`,
      ],
      [
        'the lowest IDs that there are',
        'CREATE TABLE users(id INTEGER PRIMARY KEY, username, password_hash)',
        "-9223372036854775807 - 1 + (n - 1), 'u' || n, 'x'",
      ],
    ])('is read to its end, each row once, with %s', async (_, table, row) => {
      expect(await namesIn(await made(...filled(table, row)))).toEqual(all);
    });

    it.each([
      ['all three', 'CREATE TABLE users(rowid, _rowid_, oid, username, password_hash)'],
      ['WITHOUT ROWID', 'CREATE TABLE users(username PRIMARY KEY, password_hash) WITHOUT ROWID'],
    ])('is refused where its rows have no numbers: %s', async (_, table) => {
      const failure = await openRows(await made(table)).catch((it: unknown) => it);
      expect(failure).toBeInstanceOf(CommandFailure);
      expect((failure as Error).message).toMatch(/no numbers to read them by/);
    });

    it('that cannot be opened is refused with a sentence', async () => {
      const failure = await SqliteRows.open(join(folder, 'nothing')).catch((it: unknown) => it);
      expect(failure).toBeInstanceOf(CommandFailure);
      expect((failure as Error).message).toMatch(/cannot be read as a SQLite file/);
    });

    it('steers no terminal by the names of its tables, however many and long they are', async () => {
      const long = 'l'.repeat(5_000);
      const more = Array.from({ length: 30 }, (_, n) => `CREATE TABLE t${n}(a)`);
      const path = await made('CREATE TABLE "x\u001b[31mEVIL"(a)', `CREATE TABLE ${long}(a)`, ...more);
      const failure = (await openRows(path).catch((it: unknown) => it)) as Error;
      expect(failure.message).toContain('"x\\u001b[31mEVIL"');
      expect(failure.message).toContain('and 12 more');
      expect(failure.message).not.toMatch(/[\p{C}]/u);
      expect(failure.message.length).toBeLessThan(1_000);
    });
  });

  it('steers no terminal by its columns', async () => {
    const failure = (await read('user\u001b]0;PWNED\u0007name,x\n').catch((it: unknown) => it)) as Error;
    expect(failure.message).toContain('it has: "user\\u001b]0;PWNED\\u0007name", x');
    expect(failure.message).not.toMatch(/\p{C}/u);
  });

  it('that is not there, or is a folder, is refused with the reason', async () => {
    await expect(openRows(join(folder, 'nothing'))).rejects.toThrow(/cannot be read: ENOENT/);
    await expect(openRows(folder)).rejects.toThrow(/cannot be read: EISDIR/);
  });

  it('is read with characters that stand on the border of two parts, and with every kind of line end', async () => {
    const names = Array.from({ length: 8_000 }, (_, n) => `${'é'.repeat(n % 7)}😀${n}`);
    const csv = await read(`username,password_hash\n${names.map((name) => `${name},x`).join('\r\n')}`);
    expect(csv).toHaveLength(8_000);
    expect(csv.map((row) => (row as { username: string }).username)).toEqual(names);
    const lines = names.map((username) => JSON.stringify({ username, password_hash: 'x' })).join('\r\n');
    const json = await read(`\ufeff${lines}`);
    expect(json.map((row) => (row as { username: string }).username)).toEqual(names);
  });

  it('names the line of a row whose quoted values hold line ends by where it ends', async () => {
    expect(await read('username,password_hash\n"a\nb",x\nc"d"e,y\n')).toEqual([
      { at: 'line 3', username: 'a\nb', passwordHash: 'x', email: undefined },
      { at: 'line 4', username: 'c"d"e', passwordHash: 'y', email: undefined },
    ]);
  });
});
